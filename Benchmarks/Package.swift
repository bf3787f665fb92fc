// swift-tools-version: 6.2
import PackageDescription

// The figures of the README's table. A package of its own, so that the product builds without it: `make bench`.

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "ln-exchange-sync", path: "..")],
    targets: [
        .target(name: "CWorkload"),
        .executableTarget(
            name: "c-client", dependencies: ["CWorkload"], linkerSettings: [.linkedLibrary("rdkafka")]),
        .executableTarget(
            name: "swift-client",
            dependencies: ["CWorkload", ours("Kafka"), ours("KafkaWorker"), ours("Runtime"), ours("Telemetry")]),
        .executableTarget(name: "store-client", dependencies: [ours("SyncModel"), ours("SyncStore")]),
        .executableTarget(
            name: "bench",
            dependencies: [
                ours("CalendarSync"), ours("ContactSync"), ours("ExchangeGraph"), ours("ExchangeSandbox"),
                ours("HTTPClient"),
                ours("HTTPTypes"), ours("Kafka"),
                ours("KafkaTesting"), ours("KafkaWorker"), ours("MailboxWorker"), ours("Processes"), ours("Runtime"),
                ours("Settling"),
                ours("StoreIntake"),
                ours("SyncEvents"), ours("SyncModel"), ours("SyncPlanner"), ours("SyncStore"), ours("Telemetry"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)

func ours(_ product: String) -> Target.Dependency { .product(name: product, package: "ln-exchange-sync") }

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ] + (Context.environment["LNSYNC_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : [])
}
