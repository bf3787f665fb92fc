import HTTPTypes
import LNSandbox
import Testing

@Suite("Tokens")
struct TokenTests {
    let harness = Harness()

    @Test("The password grant answers a bearer token with its lifetime; the same seed gives the same")
    func grant() {
        let answer = harness.requestToken()
        #expect(answer.status == 200)
        #expect(answer.json["token_type"] as? String == "Bearer")
        #expect(answer.json["expires_in"] as? Int == 7200)
        #expect((answer.json["access_token"] as? String)?.hasPrefix("eyJ") == true)
        #expect(Harness().requestToken().body == answer.body)
        #expect(Harness(seed: 2).requestToken().body != answer.body)
    }

    @Test("Client credentials give a token without a refresh token")
    func clientCredentials() {
        let answer = harness.requestToken([
            "grant_type": "client_credentials", "client_id": harness.installation.clientID,
            "client_secret": harness.installation.clientSecret,
        ])
        #expect(answer.status == 200 && answer.json["refresh_token"] == nil)
    }

    @Test("A refresh token is good once")
    func refresh() throws {
        let token = try #require(harness.requestToken().json["refresh_token"] as? String)
        let form: KeyValuePairs = [
            "grant_type": "refresh_token", "refresh_token": token, "client_id": harness.installation.clientID,
            "client_secret": harness.installation.clientSecret,
        ]
        #expect(harness.requestToken(form).status == 200)
        #expect(harness.requestToken(form).json["error"] as? String == "invalid_grant")
    }

    @Test("Wrong credentials, another grant and no form are refused as OAuth has it")
    func refusals() {
        let installation = harness.installation
        let wrongClient = harness.requestToken(["grant_type": "password", "client_id": "x", "client_secret": "y"])
        #expect(wrongClient.status == 401 && wrongClient.json["error"] as? String == "invalid_client")
        let wrongKey = harness.requestToken([
            "grant_type": "password", "username": "x", "password": "y", "client_id": installation.clientID,
            "client_secret": installation.clientSecret,
        ])
        #expect(wrongKey.status == 400 && wrongKey.json["error"] as? String == "invalid_grant")
        let other = harness.requestToken([
            "grant_type": "device", "client_id": installation.clientID, "client_secret": installation.clientSecret,
        ])
        #expect(other.json["error"] as? String == "unsupported_grant_type")
        // The names have '#', '~', '+' and '&' in them: unescaped they are others.
        let raw = harness.send(
            .post, "/\(installation.tenant)/as/token.oauth2", [:],
            "grant_type=client_credentials&client_id=\(installation.clientID)&client_secret=\(installation.clientSecret)"
        )
        #expect(raw.status == 401)
    }

    @Test("Without a good token there is 401; a token ends after its lifetime")
    func expiry() {
        let path = "/\(harness.installation.tenant)/LN/lnapi/odata/txcom.ExchangeSync/SyncUsers"
        #expect(harness.send(.get, path).isError(401))
        #expect(harness.send(.get, path, ["Authorization": "Bearer nonsense"]).isError(401))
        #expect(harness.send(.get, path, ["Authorization": "Basic abc"]).isError(401))
        #expect(harness.odata("txcom.ExchangeSync/SyncUsers").status == 200)
        harness.time.advance(by: .seconds(7199))
        #expect(harness.odata("txcom.ExchangeSync/SyncUsers").status == 200)
        harness.time.advance(by: .seconds(1))
        #expect(harness.odata("txcom.ExchangeSync/SyncUsers").isError(401))
    }
}
