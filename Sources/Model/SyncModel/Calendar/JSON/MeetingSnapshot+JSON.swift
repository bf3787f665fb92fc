/// `{"content": {…}, "etag": "…"}`, or `{"gone": "absent"}`, `{"gone": "cancelled"}`, `{"gone": "notHeld", "etag": "…"}`
extension MeetingSnapshot {
    private enum Member: String, CodingKey {
        case content, gone, etag
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        guard let end = try members.decodeIfPresent(String.self, forKey: .gone) else {
            self = .present(
                try members.decode(MeetingContent.self, forKey: .content), try members.decode(ETag.self, forKey: .etag))
            return
        }
        switch end {
        case "absent": self = .gone(.absent)
        case "cancelled": self = .gone(.cancelled)
        case "notHeld": self = .gone(.notHeld(try members.decode(ETag.self, forKey: .etag)))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .gone, in: members, debugDescription: "“\(end)” is no way to be gone")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        switch self {
        case .present(let content, let etag):
            try members.encode(content, forKey: .content)
            try members.encode(etag, forKey: .etag)
        case .gone(.absent): try members.encode("absent", forKey: .gone)
        case .gone(.cancelled): try members.encode("cancelled", forKey: .gone)
        case .gone(.notHeld(let etag)):
            try members.encode("notHeld", forKey: .gone)
            try members.encode(etag, forKey: .etag)
        }
    }
}

/// `{}` for nothing, else `{"ln": {…}, "exchange": {…}, "waiting": ["body"], "differing": ["location"]}`
extension MeetingBase {
    private enum Member: String, CodingKey {
        case ln, exchange, waiting, differing
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        guard let ln = try members.decodeIfPresent(MeetingContent.self, forKey: .ln) else {
            self = .nothing
            return
        }
        func groups(_ member: Member) throws -> Set<FieldGroup> {
            Set(try members.decodeIfPresent([String].self, forKey: member)?.compactMap { FieldGroup($0) } ?? [])
        }
        self = .content(
            Content(
                ln: ln, exchange: try members.decode(MeetingContent.self, forKey: .exchange),
                waiting: try groups(.waiting), differing: try groups(.differing)))
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        guard let content else { return }
        try members.encode(content.sides.ln, forKey: .ln)
        try members.encode(content.sides.exchange, forKey: .exchange)
        for (member, groups) in [(Member.waiting, content.waiting), (.differing, content.differing)]
        where !groups.isEmpty {
            try members.encode(groups.map(\.description).sorted(), forKey: member)
        }
    }
}
