"""Keys of an API's OpenAPI document.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

_EXTENSION = "x-amazon-apigateway-"

ANY_METHOD = f"{_EXTENSION}any-method"
AUTHORIZER = f"{_EXTENSION}authorizer"
AUTHTYPE = f"{_EXTENSION}authtype"
BINARY_MEDIA_TYPES = f"{_EXTENSION}binary-media-types"
INTEGRATION = f"{_EXTENSION}integration"
POLICY = f"{_EXTENSION}policy"

OPERATIONS = ("get", "put", "post", "delete", "options", "head", "patch", ANY_METHOD)
"""The keys of a path's methods, in the order in which OpenAPI has them
(https://spec.openapis.org/oas/v3.0.3#path-item-object)."""
VERBS = tuple(sorted(name.upper() for name in OPERATIONS if name != ANY_METHOD))
"""The methods of HTTP."""
