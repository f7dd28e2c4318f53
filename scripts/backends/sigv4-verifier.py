"""Verifies signatures of requests by botocore, AWS's own library for Python. One request in JSON a line of stdin, one verdict a line of stdout."""
import base64
import datetime
import hashlib
import json
import re
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

AUTHORIZATION = re.compile(r"^AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$")
# Beyond this AWS does not accept a signature.
SKEW = datetime.timedelta(minutes=5)


def verify(request):
    """Why the signature is wrong; None: it is right."""
    headers = {name.lower(): value for name, value in request["headers"]}
    told = AUTHORIZATION.match(headers.get("authorization", ""))
    if not told:
        return "there is no signature"
    key_id, day, region, service, names, signature = told.groups()
    signed = names.split(";")
    date = headers.get("x-amz-date", "")
    for fault, is_so in (
        ("another key", key_id != request["accessKeyId"]),
        ("another region", region != request["region"]),
        ("another service", service != request["service"]),
        ("the dates differ", not date.startswith(day)),
        ("host is not signed", "host" not in signed),
        ("x-amz-date is not signed", "x-amz-date" not in signed),
    ):
        if is_so:
            return fault
    moment = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(datetime.datetime.now(datetime.timezone.utc) - moment) > SKEW:
        return "it is too old"
    for name in headers:
        if (name.startswith("x-amz-") or name.startswith("x-aws-")) and name not in signed:
            return name + " is not signed"
    body = base64.b64decode(request["body"])
    told_hash = headers.get("x-amz-content-sha256")
    if told_hash is not None and told_hash != hashlib.sha256(body).hexdigest():
        return "another body"
    return None if sign(request, headers, signed, body, date) == signature else "another signature"


def sign(request, headers, signed, body, date):
    aws_request = AWSRequest(request["method"], "http://" + headers["host"] + request["path"], data=body, headers={name: headers.get(name, "") for name in signed})
    aws_request.context["timestamp"] = date
    auth = SigV4Auth(Credentials(request["accessKeyId"], request["secretAccessKey"], headers.get("x-amz-security-token")), request["service"], request["region"])
    chosen = HTTPHeaders()
    for name in signed:
        chosen[name] = headers.get(name, "")
    auth.headers_to_sign = lambda _: chosen
    return auth.signature(auth.string_to_sign(aws_request, auth.canonical_request(aws_request)), aws_request)


for line in sys.stdin:
    try:
        fault = verify(json.loads(line))
    except Exception as error:  # A request that botocore cannot read does not verify.
        fault = "botocore cannot read it: " + type(error).__name__
    print(json.dumps({"fault": fault}), flush=True)
