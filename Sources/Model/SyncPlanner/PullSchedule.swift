public import Foundation
public import SyncModel

/// When a pull is due. LN help, ttaad2140m000: intervals are aligned to the clock, not to the moment of saving; 1 hour saved at
/// 15:20 runs at 16:00, 17:00 and so on (SET-2).
///
/// Multiples are counted in wall time from Monday 5 January 1970 00:00 in the configured zone. A wall time that the clock
/// skips ticks at the gap's end, one that it repeats ticks twice, equal instants once.
public struct PullSchedule: Sendable, Hashable {
    public let interval: PullInterval
    public let zone: TimeZone

    public init(_ interval: PullInterval, in zone: TimeZone) {
        self.interval = interval
        self.zone = zone
    }

    /// The first tick after `date`.
    public func next(after date: Date) -> Date {
        // One wall second after the other, a zone's offset changes rarely and by less than a day: the ticks of the wall days
        // around the date, under each offset in force around it, hold the next one.
        let length = Self.seconds(interval)
        var best: Date?
        for offset in offsets(around: date, length) {
            // Wall seconds since the origin, if the offset were in force all the time.
            let wall = date.timeIntervalSince1970 + Double(offset) - Self.origin
            var tick = (wall / length).rounded(.down) * length
            for _ in 0..<3 {
                tick += length
                for instant in instants(wall: tick) where instant > date {
                    best = best.map { min($0, instant) } ?? instant
                }
            }
            for instant in instants(wall: (wall / length).rounded(.down) * length) where instant > date {
                best = best.map { min($0, instant) } ?? instant
            }
        }
        return best ?? date.addingTimeInterval(length)
    }

    /// Monday 5 January 1970 00:00, as seconds of wall time.
    private static let origin: Double = 4 * 86400

    private static func seconds(_ interval: PullInterval) -> Double {
        switch interval.unit {
        case .minute: Double(interval.count) * 60
        case .hour: Double(interval.count) * 3600
        case .day: Double(interval.count) * 86400
        }
    }

    /// The zone's offsets, in seconds, in force between the date and two intervals later.
    private func offsets(around date: Date, _ length: Double) -> Set<Int> {
        let end = date.addingTimeInterval(2 * length + 86400)
        var offsets: Set<Int> = []
        var moment = date.addingTimeInterval(-86400)
        offsets.insert(zone.secondsFromGMT(for: moment))
        while let transition = zone.nextDaylightSavingTimeTransition(after: moment), transition <= end {
            offsets.insert(zone.secondsFromGMT(for: transition))
            moment = transition
        }
        offsets.insert(zone.secondsFromGMT(for: date))
        return offsets
    }

    /// The instants at which a clock on the wall shows this time: one, two where it is repeated, the gap's end where it is
    /// skipped.
    private func instants(wall: Double) -> [Date] {
        let seconds = wall + Self.origin
        let candidates = Set(
            [-86400.0, 86400.0].map { zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds + $0)) })
        let shown = candidates.map { Date(timeIntervalSince1970: seconds - Double($0)) }
            .filter { $0.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: $0)) == seconds }
        guard shown.isEmpty else { return shown }
        // Skipped: the transition that skips it lies between the two candidates.
        let earliest = Date(timeIntervalSince1970: seconds - Double(candidates.max() ?? 0))
        return zone.nextDaylightSavingTimeTransition(after: earliest.addingTimeInterval(-1)).map { [$0] } ?? []
    }
}
