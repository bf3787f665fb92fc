"""A client that nobody here wrote, msgraph-sdk, generated from Microsoft's own description, and what its steps have in common."""

import json
import urllib.parse
import urllib.request

from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator, BaseBearerTokenAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError


class Tokens(AccessTokenProvider):
    """The token endpoint's tokens, by the client's secret."""

    def __init__(self, url, tenant, app, secret):
        self.url = f"{url}/{tenant}/oauth2/v2.0/token"
        self.form = urllib.parse.urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": app,
                "client_secret": secret,
                "scope": "https://graph.microsoft.com/.default",
            }
        ).encode()
        self.token = None

    async def get_authorization_token(self, uri, additional_authentication_context=None):
        if self.token is None:
            with urllib.request.urlopen(self.url, self.form) as answer:
                self.token = json.load(answer)["access_token"]
        return self.token

    def get_allowed_hosts_validator(self):
        return AllowedHostsValidator([])


class Conformance:
    """Steps, each of which says what it saw; the first that is not as Graph's documents say ends the program."""

    def __init__(self, url, tenant, app, secret, mailbox):
        adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Tokens(url, tenant, app, secret)))
        adapter.base_url = f"{url}/v1.0"
        self.url, self.mailbox = url, mailbox
        self.user = GraphServiceClient(request_adapter=adapter).users.by_user_id(mailbox)
        self.other_spelling = GraphServiceClient(request_adapter=adapter).users.by_user_id(mailbox.upper())
        self.steps = 0

    def saw(self, what, holds):
        if not holds:
            raise SystemExit(f"not as Graph's documents say: {what}")
        self.steps += 1
        print(f"  {what}")

    async def refused(self, what, status, code, call):
        try:
            await call
        except ODataError as error:
            seen = (error.response_status_code, error.error.code if error.error else None)
            self.saw(f"{what}: {status} {code}", seen == (status, code))
        else:
            raise SystemExit(f"{what}: was not refused")

    def control(self, path, body=None, method="POST"):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/sandbox/{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    @staticmethod
    def if_match(etag):
        configuration = RequestConfiguration()
        configuration.headers.add("If-Match", etag)
        return configuration
