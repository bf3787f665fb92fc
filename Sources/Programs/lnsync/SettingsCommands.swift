import Administration
import CommandLine
import Foundation

enum SettingsCommands {
    static let show = Command(
        "show", "Shows LN's settings as they were taken over, and our own.", options: [.flag("json", "As JSON.")],
        discussion:
            "LN's are changed in LN, in the session named, and taken over within a minute; nothing is restarted."
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
            for setting in settings {
                var text = "\(setting.title)\n"
                for field in setting.fields { text += "  \(field.name): \(field.value)\n" }
                text +=
                    "  version \(setting.version), \(setting.changed.formatted(session.dateStyle)), "
                    + "by \(setting.changedBy)\n"
                Terminal.print(text)
            }
            return .success
        }
    }
}
