import SyncModel

/// What a read tells of a write of unknown outcome (CAL-11).
struct IntentOutcome {
    var base: MeetingBase
    /// Groups whose values may be a user's or ours.
    var doubt: Set<FieldGroup> = []

    init(_ write: MeetingWrite, _ base: MeetingBase, _ seen: Sides<MeetingSnapshot>) {
        self.base = base
        let read = seen[write.side]
        switch write.change {
        case .create(let written):
            // Found: made by us, whatever a user has changed of it since.
            guard !read.isGone, let source = write.source else { return }
            self.base = .content(
                write.side == .ln ? .init(ln: written, exchange: source) : .init(ln: source, exchange: written))
        case .end:
            // The same version: not written. Else ended by us or by a user, or ended and brought back.
            if read.isGone || read.etag != write.etag { doubt = [.time] }
        case .update(let written):
            guard read.etag != write.etag || read.isGone, var content = base.content else { return }
            guard case .present(let now, _) = read else {
                // Whether it was written before it went, nobody can tell.
                for group in written.keys {
                    content.sides.ln[group] = nil
                    content.sides.exchange[group] = nil
                }
                self.base = .content(content)
                doubt = Set(written.keys)
                return
            }
            for (group, value) in written {
                if now[group] != value { doubt.insert(group) }
                // Reads as before: not written. Anything else: written, and changed by a user since.
                guard now[group] == value || now[group] != content.sides[write.side][group] else { continue }
                content.sides[write.side][group] = value
                content.sides[write.side.other][group] = write.source?[group]
                content.waiting.remove(group)
            }
            self.base = .content(content)
        }
    }
}
