import Assembly
import CommandLine
import Foundation

/// `sandbox`: stand-ins for LN and Exchange, a sample shop, and the whole pipeline on this machine.
@main
enum SandboxProgram {
    static func main() async {
        let root = Command(
            "sandbox", "Stand-ins for LN and Exchange, and the whole pipeline on this machine.",
            subcommands: [
                UpCommand.up, GenerateCommand.generate, LoadCommand.load, StandInCommands.ln, StandInCommands.exchange,
            ])
        let code = await CommandLineProgram(root, version: ProgramVersion.current).run(
            Array(CommandLine.arguments.dropFirst()))
        exit(code.code)
    }
}
