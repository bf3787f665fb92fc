import Administration
import CommandLine
import Foundation
import SyncModel

enum SettingsCommands {
    static let show = Command(
        "show", "Shows LN's settings as they were taken over, and our own.", options: [.flag("json", "As JSON.")],
        discussion: """
            LN's are changed in LN, in the session named, and taken over within a minute; nothing is restarted. Our own are
            changed with lnsync settings set.
            """
    ) { invocation in
        try await Session.withAdministration { session in
            let settings = try await session.administration.settings()
            if invocation.flag("json") {
                try session.printJSON(settings)
                return .success
            }
            if !settings.contains(where: { $0.master == .ln }) {
                session.note("LN's settings were not read yet: see lnsync start")
            }
            for setting in settings { Terminal.print(text(setting, session)) }
            return .success
        }
    }

    static let set = Command(
        "set", "Sets a setting of our own; effective in every program within two seconds.",
        arguments: [
            Argument("name", "the setting: \(OwnSetting.all.map(\.name).joined(separator: ", "))"),
            Argument("value", "one of its values, or a text"),
        ], options: [.flag("json", "The setting as JSON.")], discussion: catalogue
    ) { invocation in
        try await Session.withAdministration { session in
            let (setting, isChanged) = try await session.administration.set(
                invocation.argument("name"), to: invocation.argument("value"))
            let value = setting.fields.first?.value ?? ""
            session.note(isChanged ? "\(setting.name) is \(value) now" : "\(setting.name) was \(value) already")
            if let meaning = meaning(of: value, setting) { session.note("\(setting.title): \(meaning)") }
            if invocation.flag("json") { try session.printJSON(setting) }
            return .success
        }
    }

    /// Every setting that can be set, with its values.
    private static var catalogue: String {
        OwnSetting.all.map { setting in
            "\(setting.name): \(setting.title)\n"
                + setting.choices.map { choice in
                    "  \(choice.value)\(choice.value == setting.standard ? " (the standard)" : ""): \(choice.meaning)\n"
                }.joined() + (setting.choices.isEmpty ? "  a text; the standard: \(setting.standard)\n" : "")
        }.joined() + "What LN is master of is refused, with the session in which it is changed."
    }

    private static func text(_ setting: SettingListing, _ session: Session) -> String {
        var text = "\(setting.title)\n"
        for field in setting.fields {
            let meaning = meaning(of: field.value, setting).map { " (\($0))" } ?? ""
            text += "  \(field.name): \(field.value)\(meaning)\n"
        }
        guard let by = setting.changedBy, let changed = setting.changed else { return text + "  the standard\n" }
        return text + "  version \(setting.version), \(changed.formatted(session.dateStyle)), by \(by)\n"
    }

    private static func meaning(of value: String, _ setting: SettingListing) -> String? {
        setting.choices?.first { $0.value == value }?.meaning
    }
}
