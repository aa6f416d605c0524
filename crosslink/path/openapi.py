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

VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
OPERATIONS = (*map(str.lower, VERBS), ANY_METHOD)
"""The keys of a path's methods."""
