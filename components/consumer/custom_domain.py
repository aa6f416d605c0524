"""A custom domain name for the API: certificate, mapping to the stage, DNS record."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.openapi import SECURITY_POLICIES
from settings.domain import Domain

VALIDATION_TTL = 300
"""Seconds. The record doesn't change while the certificate exists: ACM reads it again at each renewal."""


@dataclass(frozen=True, kw_only=True)
class CustomDomainArgs:
    """Arguments of a CustomDomain.

    Args:
        domain: the name, its hosted zone or certificate, the minimum version of TLS, the base path.
        rest_api_id: id of the API, in the component's own account and region.
        stage_name: the stage's name, as an output of the stage: the mapping must be created after the stage
            and deleted before it.
    """

    domain: Domain
    rest_api_id: pulumi.Input[str]
    stage_name: pulumi.Input[str]


class CustomDomain(pulumi.ComponentResource):
    """A regional custom domain name for one stage of a REST API.

    Part of the path: before step 8, from the API's name to the API. With a hosted zone and no certificate, a
    certificate is requested and validated by a record in the zone. With a hosted zone, the name gets its
    record there too.

    If the name changes, a new certificate, domain name, mapping and records are created before the old ones
    are deleted. Nothing that exists is taken over: a record or a domain name that exists already fails the
    update, since something else owns it.

    Outputs:
        certificate_arn: ARN of the certificate.
        url: URL of the stage under the name, without a trailing slash.
        target: API Gateway's domain name that the name's record must point to, for use where this component
            has no zone to create the record in.

    Sources:
        https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html
        https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html
        https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-api-gateway.html
    """

    certificate_arn: pulumi.Input[str] | None
    url: pulumi.Output[str]
    target: pulumi.Output[str]

    def __init__(self, name: str, args: CustomDomainArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:CustomDomain", name, None, opts)
        domain, zone_id = args.domain, args.domain.hosted_zone_id

        certificate_arn: pulumi.Input[str] | None = domain.certificate_arn
        if zone_id and not certificate_arn:
            certificate_arn = self._certificate(name, domain.name, zone_id)
        domain_name = aws.apigateway.DomainName(
            name,
            domain_name=domain.name,
            # The default is EDGE, with a certificate in us-east-1.
            endpoint_configuration=aws.apigateway.DomainNameEndpointConfigurationArgs(types="REGIONAL"),
            regional_certificate_arn=certificate_arn,
            security_policy=SECURITY_POLICIES[domain.tls],
            # Required by the policies with TLS 1.3 only. STRICT: requests must come by a regional endpoint,
            # and the name in the handshake must be the one in the request.
            endpoint_access_mode="STRICT" if domain.tls == "1.3" else None,
            opts=ResourceOptions(parent=self),
        )
        mapping = aws.apigateway.BasePathMapping(
            name,
            domain_name=domain_name.domain_name,
            base_path=domain.base_path,
            rest_api=args.rest_api_id,
            stage_name=args.stage_name,
            opts=ResourceOptions(parent=self),
        )
        if zone_id:
            aws.route53.Record(
                name,
                zone_id=zone_id,
                name=domain.name,
                # The domain name has only IPv4 addresses, so there is no AAAA record.
                type="A",
                aliases=[
                    aws.route53.RecordAliasArgs(
                        name=domain_name.regional_domain_name,
                        zone_id=domain_name.regional_zone_id,
                        evaluate_target_health=False,
                    )
                ],
                # Until the mapping exists, API Gateway answers requests to the name with 403.
                opts=ResourceOptions(parent=self, depends_on=[mapping]),
            )
        path = f"/{domain.base_path}" if domain.base_path else ""
        self.certificate_arn = certificate_arn
        self.url = pulumi.Output.concat("https://", mapping.domain_name, path)
        self.target = domain_name.regional_domain_name
        self.register_outputs({"url": self.url, "target": self.target})

    def _certificate(self, name: str, domain_name: str, zone_id: str) -> pulumi.Output[str]:
        """The ARN of a certificate, known once it is issued.

        All certificates of an account for the same name are validated by the same record. If the record
        exists already, another certificate uses it, and could not be renewed after this stack deleted it. So
        it isn't overwritten; set that certificate in the settings instead.
        """
        certificate = aws.acm.Certificate(
            name,
            domain_name=domain_name,
            validation_method="DNS",
            opts=ResourceOptions(parent=self),
        )
        # A certificate with one name has one option.
        option = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            f"{name}-validation",
            zone_id=zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=VALIDATION_TTL,
            opts=ResourceOptions(parent=self),
        )
        return aws.acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            opts=ResourceOptions(parent=self, depends_on=[record]),
        ).certificate_arn
