public import Foundation

/// How the LN behind the sandbox is set up: its companies, its API's credentials and limits. None of it is kept in the shop.
public struct LNInstallation: Sendable, Hashable {
    /// The tenant, first part of every path.
    public var tenant = "HOKUTO_DEM"
    /// The company whose tables hold the shop. Company 0 holds LN's own tables only.
    public var company = 1300
    /// The company of a request that names none: the service user's.
    public var defaultCompany = 0
    public var clientID = "HOKUTO_DEM~5xSyncWorkerClient"
    public var clientSecret = "sandbox-client+secret/1"
    /// The service account of the password grant; its names need escapes in a form, as real ones do.
    public var accessKey = "HOKUTO_DEM#7fServiceAccount~key"
    public var secretKey = "sandbox&service=secret"
    /// How long an access token is taken.
    public var tokenLifetime: Duration = .seconds(7200)
    /// The most rows of one answer, whatever was asked for.
    public var pageCap = 100
    /// Whether a page that is not the last names the next one. LN's services aren't known to.
    public var writesNextLinks = false
    /// Sets whose table has no modification time, or whose designer left it out: the custom service then shows none.
    public var setsWithoutTimes: Set<LNSet> = []
    /// Whether short codes of country, language and role are shown with leading blanks.
    public var padsCodes = true
    /// LN's clock less ours.
    public var clockOffset: Duration = .zero
    /// The identities a request may switch to (`X-Infor-LnIdentity`); `nil`: any.
    public var identities: Set<String>?

    public init() {}

    /// The credentials file of an authorized app, as an administrator downloads it.
    /// - Parameter url: where the sandbox answers, `http://127.0.0.1:8080`.
    public func ionapi(url: String) -> Data {
        var text = JSONText()
        text.object { text in
            text.member("ti", tenant)
            text.member("cn", "ln-exchange-sync")
            text.member("dt", "12")
            text.member("ci", clientID)
            text.member("cs", clientSecret)
            text.member("iu", url)
            text.member("pu", "\(url)/\(tenant)/as/")
            text.member("oa", "authorization.oauth2")
            text.member("ot", "token.oauth2")
            text.member("or", "revoke_token.oauth2")
            text.member("saak", accessKey)
            text.member("sask", secretKey)
            text.member("v", "1.0")
        }
        return text.data
    }
}
