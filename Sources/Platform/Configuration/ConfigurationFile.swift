import Foundation

/// The configuration file: one JSON object, whose members' names are put together with dots.
enum ConfigurationFile {
    static func values(_ path: String) throws(ConfigurationError) -> [String: Configuration.Value] {
        let object: Any
        do {
            object = try JSONSerialization.jsonObject(with: try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let error as CocoaError where error.isFileError {
            throw ConfigurationError(problems: ["\(path) can't be read"])
        } catch {
            throw ConfigurationError(problems: ["\(path) is not JSON"])
        }
        guard let members = object as? [String: Any] else {
            throw ConfigurationError(problems: ["\(path) is not one JSON object"])
        }
        var values: [String: Configuration.Value] = [:]
        collect(members, "", &values)
        return values
    }

    private static func collect(_ members: [String: Any], _ path: String, _ values: inout [String: Configuration.Value])
    {
        for (name, value) in members {
            let name = path.isEmpty ? name : "\(path).\(name)"
            switch value {
            // Pass-through properties have dots in their names, and are one setting.
            case let members as [String: Any] where name.hasSuffix("properties"):
                values[name] = .object(members.mapValues { text($0) })
            case let members as [String: Any]:
                collect(members, name, &values)
            case let list as [Any]:
                values[name] = .list(list.map { text($0) })
            default:
                values[name] = .text(text(value))
            }
        }
    }

    private static func text(_ value: Any) -> String {
        // JSON's true is a number too, to Foundation.
        if let number = value as? NSNumber, isBoolean(number) { return number.boolValue ? "true" : "false" }
        return "\(value)"
    }

    private static func isBoolean(_ number: NSNumber) -> Bool {
        String(cString: number.objCType) == "c"
    }
}

extension CocoaError {
    fileprivate var isFileError: Bool { (CocoaError.Code.fileNoSuchFile.rawValue..<1024).contains(code.rawValue) }
}
