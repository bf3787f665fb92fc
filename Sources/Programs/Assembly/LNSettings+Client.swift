import Configuration
import Foundation
public import LNClient

extension LNSettings {
    /// How LN is asked, with these settings.
    /// - Throws: `ConfigurationError` where the credentials or the mapping can't be used: said at once. Later the credentials may be
    ///   replaced at any time.
    public func client(_ installation: InstallationSettings) throws -> LNClient.Configuration {
        do throws(LNError) {
            let credentials = credentials
            _ = try Self.file(credentials)
            var configuration = LNClient.Configuration(company: company) { () throws(LNError) in
                try Self.file(credentials)
            }
            configuration.language = language
            configuration.identity = identity
            configuration.makerIdentity = makerIdentity
            configuration.timeout = installation.deadlines.lnRequest
            if let path = mapping {
                guard let data = FileManager.default.contents(atPath: path) else {
                    throw LNError(.configuration, "the mapping file \(path) can't be read")
                }
                configuration.mapping = try LNMapping(file: data)
            }
            return configuration
        } catch {
            throw ConfigurationError(problems: [error.message])
        }
    }

    private static func file(_ file: SecretFile) throws(LNError) -> IONAPIFile {
        let text: String
        do throws(ConfigurationError) {
            text = try file.read()
        } catch {
            throw LNError(.configuration, "the .ionapi file: \(error.description)")
        }
        return try IONAPIFile(Data(text.utf8))
    }
}
