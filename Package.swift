// swift-tools-version: 6.2
import PackageDescription

// The floors of the house are folders; a target's floor says who may import it (docs/decisions/0001-floors.md).
// Programs > Workers, LN and Exchange sources, Administration > clients, SyncStore, KafkaWorker > Kafka, SyncPlanner >
// SyncModel; Platform lies below them all.

let package = Package(
    name: "ln-exchange-sync",
    products: [
        .library(name: "Kafka", targets: ["Kafka"]),
        .library(name: "KafkaWorker", targets: ["KafkaWorker"]),
        .library(name: "SyncStore", targets: ["SyncStore"]),
    ] + measured,
    targets: [
        // MARK: Platform
        system("CCurl", in: "Platform", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("CMicroHTTPD", in: "Platform", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        system("COpenSSL", in: "Platform", pkgConfig: "libcrypto", apt: "libssl-dev"),
        module("CRuntime", in: "Platform"),
        module("Runtime", in: "Platform", ["CRuntime"]),
        module("HTTPTypes", in: "Platform"),
        module("HTTPClient", in: "Platform", ["CCurl", "CRuntime", "HTTPTypes", "Runtime", "Telemetry"]),
        module("HTTPServer", in: "Platform", ["CMicroHTTPD", "CRuntime", "HTTPTypes", "Telemetry"]),
        module("Cryptography", in: "Platform", ["COpenSSL"]),
        module("Telemetry", in: "Platform", ["CRuntime", "Runtime"]),
        module("Configuration", in: "Platform", ["Runtime"]),
        module("Lifecycle", in: "Platform", ["CRuntime", "Runtime", "Telemetry"]),
        module("CommandLine", in: "Platform", ["CRuntime", "Runtime"]),
        module("CProcesses", in: "Platform"),
        module("Processes", in: "Platform", ["CProcesses"]),

        // MARK: Kafka
        system("CRDKafka", in: "Kafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
        module("CFixedPort", in: "Kafka"),
        module("Kafka", in: "Kafka", ["CRDKafka", "CRuntime", "Runtime", "Telemetry"]),
        module("KafkaEmbedded", in: "Kafka", ["CRDKafka", "CFixedPort", "Kafka"]),
        module("KafkaTesting", in: "Kafka", ["Kafka", "KafkaEmbedded", "Runtime", "Telemetry"]),
        module("KafkaWorker", in: "Kafka", ["Kafka", "Runtime", "Telemetry"]),

        // MARK: Store
        system("CSQLite", in: "Store", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
        module("SQLite", in: "Store", ["CSQLite", "CRuntime"]),
        module("SyncStore", in: "Store", ["SQLite", "SyncModel", "Runtime", "Telemetry"]),

        // MARK: Model
        module("SyncModel", in: "Model"),
        module("SyncPlanner", in: "Model", ["SyncModel"]),
        module("SyncEvents", in: "Model", ["SyncModel", "Cryptography"]),

        // MARK: LN
        module("LNClient", in: "LN", ["HTTPTypes", "Runtime", "SyncModel", "SyncPlanner", "Telemetry"]),
        module("LNSandbox", in: "LN", ["HTTPTypes", "HTTPServer", "Runtime", "Telemetry"]),
        module(
            "LNSource", in: "LN",
            [
                "LNClient", "SyncStore", "SyncEvents", "SyncModel", "SyncPlanner", "Kafka", "HTTPTypes",
                "Cryptography", "Runtime", "Telemetry",
            ]),

        // MARK: Exchange
        module("ExchangeClient", in: "Exchange", ["Runtime", "SyncModel", "Telemetry"]),
        module(
            "ExchangeGraph", in: "Exchange",
            ["ExchangeClient", "HTTPTypes", "Runtime", "SyncModel", "SyncPlanner", "Telemetry"]),
        module(
            "ExchangeSource", in: "Exchange",
            [
                "ExchangeClient", "Kafka", "KafkaWorker", "SyncEvents", "SyncModel", "SyncPlanner", "SyncStore",
                "Runtime",
                "Telemetry",
            ]),
        module("ExchangeSandbox", in: "Exchange", ["HTTPTypes", "HTTPServer", "Runtime", "Telemetry"]),

        // MARK: Workers
        module(
            "JournalRelay", in: "Workers", ["Kafka", "SyncEvents", "SyncModel", "SyncStore", "Runtime", "Telemetry"]),
        module("Settling", in: "Workers", ["KafkaWorker", "SyncModel", "SyncStore", "Runtime", "Telemetry"]),
        module(
            "StoreIntake", in: "Workers",
            ["Kafka", "KafkaWorker", "SyncEvents", "SyncModel", "SyncStore", "Runtime", "Telemetry"]),
        module(
            "MailboxSettling", in: "Workers", ["ExchangeClient", "Settling", "SyncModel", "SyncStore", "Telemetry"]),
        module(
            "MailboxWorker", in: "Workers",
            [
                "Kafka", "KafkaWorker", "Settling", "StoreIntake", "SyncEvents", "SyncStore", "Runtime", "Telemetry",
            ]),
        module(
            "ContactSync", in: "Workers",
            [
                "ExchangeClient", "Kafka", "KafkaWorker", "MailboxSettling", "MailboxWorker", "Settling", "StoreIntake",
                "SyncEvents", "SyncModel", "SyncPlanner", "SyncStore", "Runtime", "Telemetry",
            ]),
        module(
            "CalendarSync", in: "Workers",
            [
                "ExchangeClient", "Kafka", "KafkaWorker", "LNClient", "MailboxSettling", "MailboxWorker", "Settling",
                "StoreIntake", "SyncEvents", "SyncModel", "SyncPlanner", "SyncStore", "Runtime", "Telemetry",
            ]),

        // MARK: Administration
        module(
            "Administration", in: "Administration",
            ["Cryptography", "Kafka", "SyncEvents", "SyncModel", "SyncPlanner", "SyncStore", "Runtime", "Telemetry"]),

        // MARK: Simulation
        .target(
            name: "Simulation",
            dependencies: [
                "Administration", "CalendarSync", "ContactSync", "ExchangeClient", "ExchangeGraph", "ExchangeSandbox",
                "ExchangeSource",
                "HTTPTypes",
                "Kafka",
                "KafkaWorker",
                "LNClient", "LNSandbox", "LNSource", "MailboxWorker", "Runtime", "Settling", "SyncEvents", "SyncModel",
                "SyncPlanner",
                "StoreIntake", "SyncStore", "Telemetry",
            ], path: "Sources/Simulation"),
    ] + programs + tests,
    swiftLanguageModes: [.v6]
)

/// What Benchmarks, a package of its own, measures or measures with.
var measured: [Product] {
    [
        "CalendarSync", "ContactSync", "ExchangeGraph", "ExchangeSandbox", "HTTPClient", "HTTPTypes", "KafkaTesting",
        "MailboxWorker", "Processes", "Runtime", "Settling", "StoreIntake", "SyncEvents", "SyncModel", "SyncPlanner",
        "Telemetry",
    ].map { .library(name: $0, targets: [$0]) }
        + [
            "calendar-worker", "contact-worker", "embedded-kafka", "exchange-producer", "ln-producer", "lnsync",
            "sandbox",
        ].map {
            .executable(name: $0, targets: [$0])
        }
}

var programs: [Target] {
    [
        program("embedded-kafka", ["CRuntime", "Kafka", "KafkaEmbedded"]),
        .target(
            name: "Assembly",
            dependencies: [
                "CRuntime", "CalendarSync", "CommandLine", "Configuration", "ContactSync", "ExchangeGraph",
                "ExchangeSource", "HTTPClient", "HTTPServer", "HTTPTypes",
                "JournalRelay", "Kafka",
                "KafkaWorker", "LNClient", "LNSource",
                "Lifecycle", "MailboxWorker", "Settling",
                "Runtime", "SyncEvents", "SyncModel", "SyncStore", "Telemetry",
            ], path: "Sources/Programs/Assembly"),
        program(
            "contact-worker",
            [
                "Administration", "Assembly", "Configuration", "ContactSync", "ExchangeGraph", "Kafka", "KafkaWorker",
                "Lifecycle", "MailboxWorker", "Settling", "SyncEvents", "SyncStore",
            ]),
        program(
            "calendar-worker",
            [
                "Administration", "Assembly", "CalendarSync", "Configuration", "ExchangeGraph", "Kafka",
                "KafkaWorker", "LNClient", "Lifecycle", "MailboxWorker", "Settling", "SyncEvents", "SyncModel",
                "SyncStore",
            ]),
        program(
            "exchange-producer",
            [
                "Assembly", "Configuration", "ExchangeGraph", "ExchangeSource", "Kafka", "KafkaWorker",
                "Lifecycle", "SyncEvents", "SyncStore",
            ]),
        program(
            "ln-producer",
            [
                "Assembly", "Configuration", "HTTPClient", "HTTPServer", "Kafka", "LNClient", "LNSource", "Lifecycle",
                "SyncEvents",
                "SyncModel",
                "SyncStore", "Telemetry",
            ]),
        program(
            "lnsync",
            [
                "Administration", "Assembly", "CommandLine", "Configuration", "ContactSync", "ExchangeGraph",
                "HTTPClient",
                "Kafka", "Runtime", "SyncEvents", "SyncModel", "SyncStore", "Telemetry",
            ]),
        program(
            "sandbox",
            [
                "Administration", "Assembly", "CommandLine", "ExchangeSandbox", "HTTPClient", "HTTPTypes", "Kafka",
                "LNSandbox", "Lifecycle", "Processes", "Runtime", "SyncEvents", "SyncModel", "SyncStore", "Telemetry",
            ]),
        program("simulate", ["CommandLine", "Runtime", "Simulation"]),
    ]
}

var tests: [Target] {
    [
        test("Runtime", in: "Platform"),
        test("HTTPTypes", in: "Platform"),
        test("HTTPClient", in: "Platform", ["HTTPTypes", "Runtime", "Telemetry"], exclude: ["tls_server.py"]),
        test("HTTPServer", in: "Platform", ["HTTPServerTesting", "HTTPTypes", "Runtime", "CRuntime"]),
        test("Cryptography", in: "Platform"),
        test("Telemetry", in: "Platform", ["Runtime", "RuntimeTesting"]),
        test("Configuration", in: "Platform"),
        test("Lifecycle", in: "Platform", ["Processes", "Runtime", "Telemetry", "lifecycle-probe"]),
        .executableTarget(
            name: "lifecycle-probe", dependencies: ["Lifecycle", "Runtime", "Telemetry"],
            path: "Tests/Platform/LifecycleProbe"),
        test("CommandLine", in: "Platform"),
        test("Processes", in: "Platform"),
        test("Kafka", in: "Kafka", ["KafkaEmbedded", "KafkaTesting", "Runtime", "Telemetry", "CRDKafka"]),
        test("KafkaEmbedded", in: "Kafka", ["Kafka", "CRDKafka", "embedded-kafka"]),
        test("KafkaWorker", in: "Kafka", ["Kafka", "KafkaEmbedded", "KafkaTesting", "Runtime", "Telemetry"]),
        test("SQLite", in: "Store"),
        test(
            "SyncStore", in: "Store",
            ["Processes", "Runtime", "RuntimeTesting", "SQLite", "SyncModel", "Telemetry", "store-committer"],
            exclude: ["Files"]),
        .executableTarget(
            name: "store-committer", dependencies: ["CRuntime", "SyncModel", "SyncStore"],
            path: "Tests/Store/StoreCommitter"),
        test("SyncModel", in: "Model"),
        test("SyncPlanner", in: "Model", ["SyncModel"]),
        test("SyncEvents", in: "Model", ["SyncModel", "Cryptography"], exclude: ["check_schemas.py"]),
        test(
            "Settling", in: "Workers",
            ["KafkaWorker", "Runtime", "SyncModel", "SyncStore", "RuntimeTesting", "Telemetry", "WorkerTesting"]),
        test(
            "JournalRelay", in: "Workers",
            [
                "Kafka", "Processes", "Runtime", "RuntimeTesting", "SyncEvents", "SyncModel", "SyncStore", "Telemetry",
                "WorkerTesting", "journal-relayer",
            ]),
        .executableTarget(
            name: "journal-relayer",
            dependencies: ["JournalRelay", "Kafka", "Runtime", "SyncEvents", "SyncStore", "Telemetry"],
            path: "Tests/Workers/JournalRelayer"),
        test(
            "StoreIntake", in: "Workers",
            [
                "ContactSync", "Kafka", "KafkaTesting", "KafkaWorker", "Runtime", "SyncEvents", "SyncModel",
                "SyncStore",
                "RuntimeTesting", "Telemetry", "WorkerTesting",
            ]),
        .target(name: "HTTPServerTesting", path: "Tests/Platform/HTTPServerTesting"),
        .target(
            name: "RuntimeTesting", dependencies: ["Runtime"], path: "Tests/Platform/RuntimeTesting"),
        .target(
            name: "WorkerTesting",
            dependencies: ["Kafka", "Runtime", "RuntimeTesting", "SyncEvents", "SyncModel", "SyncStore"],
            path: "Tests/Workers/WorkerTesting"),
        test(
            "ContactSync", in: "Workers",
            [
                "Administration", "ExchangeClient", "ExchangeGraph", "ExchangeSandbox", "HTTPTypes", "Kafka",
                "KafkaWorker", "Runtime",
                "Settling", "StoreIntake", "SyncEvents", "SyncModel", "SyncStore", "RuntimeTesting", "Telemetry",
                "WorkerTesting",
            ]),
        test(
            "CalendarSync", in: "Workers",
            [
                "ExchangeClient", "ExchangeGraph", "ExchangeSandbox", "HTTPTypes", "Kafka", "KafkaWorker", "LNClient",
                "LNSandbox", "Runtime", "Settling", "StoreIntake", "SyncEvents", "SyncModel", "SyncPlanner",
                "SyncStore",
                "RuntimeTesting", "Telemetry", "WorkerTesting",
            ]),
        test(
            "Administration", in: "Administration",
            [
                "Kafka", "KafkaTesting", "KafkaWorker", "Runtime", "SyncEvents", "SyncModel", "SyncPlanner",
                "SyncStore",
                "Telemetry",
                "RuntimeTesting", "WorkerTesting",
            ]),
        test(
            "LNClient", in: "LN",
            ["HTTPTypes", "LNSandbox", "LNTesting", "Runtime", "SyncModel", "SyncPlanner", "Telemetry"]),
        .target(
            name: "LNTesting", dependencies: ["HTTPTypes", "LNSandbox", "Runtime"], path: "Tests/LN/LNTesting"),
        test(
            "LNSource", in: "LN",
            [
                "LNClient", "SyncStore", "SyncEvents", "SyncModel", "SyncPlanner", "Kafka", "LNSandbox", "LNTesting",
                "HTTPTypes",
                "Runtime",
                "Telemetry", "WorkerTesting",
            ]),
        test("LNSandbox", in: "LN", ["HTTPTypes", "Runtime", "Telemetry"]),
        test(
            "ExchangeGraph", in: "Exchange",
            [
                "ExchangeClient", "ExchangeSandbox", "HTTPClient", "HTTPServer", "HTTPTypes", "Runtime", "SyncModel",
                "SyncPlanner", "Telemetry",
            ],
            exclude: ["check_bodies.py"]),
        test(
            "ExchangeSource", in: "Exchange",
            [
                "ExchangeClient", "ExchangeGraph", "ExchangeSandbox", "HTTPTypes", "Kafka", "KafkaWorker", "Runtime",
                "RuntimeTesting", "SyncEvents", "SyncModel", "SyncPlanner", "SyncStore", "Telemetry", "WorkerTesting",
            ]),
        test(
            "Simulation", in: "Simulation",
            [
                "HTTPTypes", "Kafka", "LNSandbox", "Processes", "Runtime", "SyncEvents", "SyncModel", "SyncStore",
                "simulate",
            ]),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "HTTPClient", "HTTPTypes", "Kafka", "KafkaTesting", "Processes", "SQLite", "SyncEvents", "SyncModel",
                "SyncStore", "Telemetry", "calendar-worker", "contact-worker", "embedded-kafka", "exchange-producer",
                "ln-producer", "lnsync",
                "sandbox",
            ], path: "Tests/Programs/ProgramTests"),
        test(
            "ExchangeSandbox", in: "Exchange",
            [
                "HTTPClient", "HTTPServer", "HTTPServerTesting", "HTTPTypes", "Processes", "Runtime", "RuntimeTesting",
                "Telemetry",
            ],
            exclude: ["check_answers.py"]),
    ]
}

/// A distribution's C library: a module map and a shim header.
func system(_ name: String, in floor: String, pkgConfig: String, apt package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/\(floor)/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func module(_ name: String, in floor: String, _ dependencies: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, path: "Sources/\(floor)/\(name)")
}

func program(_ name: String, _ dependencies: [String]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, path: "Sources/Programs/\(name)")
}

func test(_ name: String, in floor: String, _ dependencies: [String] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: ([name] + dependencies).map { .init(stringLiteral: $0) },
        path: "Tests/\(floor)/\(name)Tests", exclude: exclude)
}

// Work on one room of the house builds that room and what it rests on: `LNSYNC_ONLY=KafkaTests swift test`, names separated by
// commas. Without it, all of it.
if let only = Context.environment["LNSYNC_ONLY"] {
    var wanted = only.split(separator: ",").map(String.init)
    var kept: Set<String> = []
    while let name = wanted.popLast() {
        guard kept.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else {
            continue
        }
        for case .byNameItem(let dependency, _) in target.dependencies { wanted.append(dependency) }
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll { !kept.contains($0.name) }
}

// One set of flags for every target (swift-log's): a warning is an error where LNSYNC_STRICT=1, as the Makefile sets it.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ] + (Context.environment["LNSYNC_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : [])
}
