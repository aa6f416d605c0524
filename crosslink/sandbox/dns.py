"""AWS Certificate Manager and Amazon Route 53."""

from crosslink.sandbox.new_resource import New, Outputs


def certificate(new: New) -> Outputs:
    arn = new.arn("acm", f"certificate/{new.uuid()}")
    name = new.inputs["domainName"]
    record = {
        "domainName": name,
        "resourceRecordName": f"_{new.digits(32, salt='name')}.{name}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": f"_{new.digits(32, salt='value')}.{new.api_id()}.acm-validations.aws.",
    }
    return {
        "id": arn,
        "arn": arn,
        "domainValidationOptions": [record],
        "status": "PENDING_VALIDATION",
        "type": "AMAZON_ISSUED",
    }


def certificate_validation(_: New) -> Outputs:
    # The provider has no better id than when the certificate was issued.
    return {"id": "2026-01-01 00:00:00 +0000 UTC"}


def record(new: New) -> Outputs:
    name: str = new.inputs["name"].removesuffix(".")
    return {"id": f"{new.inputs['zoneId']}_{name}_{new.inputs['type']}", "fqdn": name}
