"""API Gateway's keys in an OpenAPI document.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from settings.route import VERBS

_EXTENSION = "x-amazon-apigateway-"

ANY_METHOD = f"{_EXTENSION}any-method"
API_KEY_SOURCE = f"{_EXTENSION}api-key-source"
AUTHORIZER = f"{_EXTENSION}authorizer"
AUTHTYPE = f"{_EXTENSION}authtype"
BINARY_MEDIA_TYPES = f"{_EXTENSION}binary-media-types"
ENDPOINT_ACCESS_MODE = f"{_EXTENSION}endpoint-access-mode"
GATEWAY_RESPONSES = f"{_EXTENSION}gateway-responses"
INTEGRATION = f"{_EXTENSION}integration"
INTEGRATION_TARGET = "integrationTarget"
"""Of an integration by a VPC link v2: ARN of its load balancer. It is the name of the API's own field
(https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html), and what public documents have
that are deployed. AWS's example of a document has `integration-target` instead
(https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html); AWS refuses a
document without the one that it takes, since such an integration has no target."""
POLICY = f"{_EXTENSION}policy"
SECURITY_POLICY = f"{_EXTENSION}security-policy"
VALIDATOR = f"{_EXTENSION}request-validator"
VALIDATORS = f"{_EXTENSION}request-validators"

OPERATIONS = (*map(str.lower, VERBS), ANY_METHOD)
"""The keys of a path's methods."""
