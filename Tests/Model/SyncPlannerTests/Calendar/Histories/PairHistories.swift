/// The shortest histories that break the design's model of pairs when it does without one of its rules, as it prints them.
extension PairHistory {
    static let all: [PairHistory] = [
        .init(
            "search_before_create",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > Outlook user creates >
            Exchange Outlook taken in > 0 finds nothing > 0 intends a create for LN > 0 creates LN+ >
            Exchange LN+ taken in > 0 commits > 0 takes ('', 'Outlook') > 0 finds nothing >
            0 intends a create for Outlook > 0 creates Outlook+ > LN Outlook+ taken in > 0 commits
            """),
        .init(
            "key_finds_row",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > 0 finds nothing > 0 intends a create for LN >
            0 creates LN+ > Exchange LN+ taken in > 0 commits > 0 takes ('', 'LN+') > 0 finds nothing >
            0 intends a create for LN+ > 0 creates LN++
            """),
        .init(
            "copy_is_its_own",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > 0 finds nothing > 0 intends a create for LN >
            0 creates LN+ > Exchange LN+ taken in > 0 commits > Outlook user copies LN+ > Exchange copy taken in
            """),
        .init(
            "link_ends_other_row",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > 0 finds nothing > Outlook user creates >
            Exchange Outlook taken in > 1 takes ('', 'Outlook') > 1 finds LN > 1 links ('LN', 'Outlook') >
            0 intends a create for LN > 0 creates LN+
            """),
        .init(
            "unique_keys",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > Outlook user creates > 0 finds Outlook >
            Exchange Outlook taken in > 0 links ('LN', 'Outlook') > 0 takes ('', 'Outlook') > 0 finds nothing >
            0 intends a create for Outlook > 0 creates Outlook+
            """),
        .init(
            "intended_is_no_candidate",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > 0 finds nothing > 0 intends a create for LN >
            Outlook user creates > Exchange Outlook taken in > 1 takes ('', 'Outlook') > 1 finds LN >
            1 links ('LN', 'Outlook') > 0 creates LN+
            """),
        .init(
            "compare_and_set",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > 0 finds nothing > 1 takes ('LN', '') >
            0 intends a create for LN > Outlook user creates > 1 finds Outlook > 1 links ('LN', 'Outlook') >
            0 creates LN+
            """),
        .init(
            "intent_before_create",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > 0 finds nothing > 0 intends a create for LN >
            1 takes ('LN', '') > Outlook user creates > 1 finds Outlook > 1 links ('LN', 'Outlook') > 0 creates LN+
            """),
        .init(
            "wait_out_deadline",
            """
            LN user creates > LN LN taken in > 0 takes ('LN', '') > 0 finds nothing > 0 intends a create for LN >
            the deadline of ('LN', '') passes > 1 takes ('LN', '') > Outlook user creates > 1 finds Outlook >
            1 links ('LN', 'Outlook') > 0 creates LN+
            """),
    ]
}
