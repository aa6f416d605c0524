"""The guides that several rules come from."""

API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide"
NLB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
PEERING = "https://docs.aws.amazon.com/vpc/latest/peering"
PRIVATELINK = "https://docs.aws.amazon.com/vpc/latest/privatelink"
