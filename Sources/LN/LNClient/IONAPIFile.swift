public import Foundation

/// The credentials of an authorized app, as ION API's administrator downloads them: a `.ionapi` file.
public struct IONAPIFile: Sendable, Hashable {
    /// `ti`
    public let tenant: String
    /// `cn`
    public let appName: String
    /// `ci`
    public let clientID: String
    /// `cs`
    public let clientSecret: String
    /// `iu`: the gateway's URL, without a slash at its end.
    public let gateway: String
    /// `pu` and `ot`, joined by one slash.
    public let tokenURL: String
    /// `saak` and `sask`; `nil` where the file has neither: the client itself is the account (client credentials).
    public let serviceAccount: ServiceAccount?

    public struct ServiceAccount: Sendable, Hashable {
        public let accessKey: String
        public let secretKey: String
    }

    /// Reads a file's content.
    /// - Throws: `LNError` that names the field and what to do.
    public init(_ content: Data) throws(LNError) {
        guard let fields = try? JSONDecoder().decode([String: Field].self, from: content) else {
            throw LNError(
                .configuration,
                "the .ionapi file is not JSON: download the credentials of the authorized app again, and leave the file as it is"
            )
        }
        func optional(_ name: String) -> String? {
            guard let text = fields[name]?.text?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty else {
                return nil
            }
            return text
        }
        func required(_ name: String, _ meaning: String) throws(LNError) -> String {
            guard let text = optional(name) else {
                throw LNError(
                    .configuration,
                    "the .ionapi file has no \(name) (\(meaning)): download the credentials of an authorized app of type Backend Service again"
                )
            }
            return text
        }
        tenant = try required("ti", "tenant")
        appName = optional("cn") ?? ""
        clientID = try required("ci", "client id")
        clientSecret = try required("cs", "client secret")
        gateway = try Self.url(try required("iu", "URL of the ION API gateway"), "iu")
        let authorization = try Self.url(try required("pu", "URL of the authorization server"), "pu")
        let path = try required("ot", "path of the token endpoint")
        tokenURL = authorization + "/" + path.drop { $0 == "/" }
        switch (optional("saak"), optional("sask")) {
        case (let accessKey?, let secretKey?):
            serviceAccount = ServiceAccount(accessKey: accessKey, secretKey: secretKey)
        case (nil, nil):
            serviceAccount = nil
        case (let accessKey, _):
            throw LNError(
                .configuration,
                "the .ionapi file has \(accessKey == nil ? "sask but no saak" : "saak but no sask"): download the credentials again with Create Service Account on"
            )
        }
    }

    private static func url(_ text: String, _ field: String) throws(LNError) -> String {
        let lower = text.lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw LNError(
                .configuration, "\(field) of the .ionapi file is no http or https URL: download the credentials again")
        }
        var url = text
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    /// A field's value where it is text; others (`v`, `dt`) may be of any type.
    private struct Field: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }
}
