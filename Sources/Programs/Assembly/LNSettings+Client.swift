public import Configuration
import Foundation
public import LNClient

extension LNSettings {
    /// What a client of LN is made with. Nothing works with a wrong file: said at once. Later the file may be replaced at any time.
    public func configuration(
        _ installation: InstallationSettings
    ) throws(ConfigurationError) -> LNClient.Configuration {
        let file = credentials
        do throws(LNError) {
            _ = try Self.credentials(file)
            var configuration = LNClient.Configuration(company: company) { () throws(LNError) in
                try Self.credentials(file)
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

    private static func credentials(_ file: SecretFile) throws(LNError) -> IONAPIFile {
        let text: String
        do throws(ConfigurationError) {
            text = try file.read()
        } catch {
            throw LNError(.configuration, "the .ionapi file: \(error.description)")
        }
        return try IONAPIFile(Data(text.utf8))
    }
}
