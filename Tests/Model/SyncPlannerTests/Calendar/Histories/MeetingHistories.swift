/// The shortest histories that break the design's calendar model when it does without one of its rules, as it prints them.
extension MeetingHistory {
    static let all = updates + creations + endings

    private static let updates: [MeetingHistory] = [
        .init(
            "sequence", .updates,
            """
            Outlook user: ('B',) > delta lags, reader sends ('A',) > Exchange reader sends ('B',) >
            intake Exchange ('B',) > intake Exchange ('A',) > 0 settles
            """),
        .init(
            "equal_needs_nothing_else", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > 0 update lands, done > Outlook user: ('A',) >
            Exchange reader sends ('A',) > intake Exchange ('A',) > 0 commits done > 0 settles
            """),
        .init(
            "published_by_etag", .updates,
            """
            Outlook user: ('B',) > Exchange reader sends ('B',) > intake Exchange ('B',) > 0 takes the row >
            0 reads Exchange ('B',) > 0 intends update LN ('B',) > 0 update lands, done > 0 commits done >
            0 settles > LN user: ('A',) > LN reader: already sent
            """),
        .init(
            "read_before_write", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row >
            0 intends update Exchange ('B',) > 0 update lands, done > 0 commits done >
            delta lags, reader sends ('A',) > Exchange reader sends ('B',) > intake Exchange ('A',) >
            0 takes the row > 0 intends update LN ('A',) > intake Exchange ('B',) > 0 update lands, done >
            0 commits done > 0 takes the row > 0 intends update LN ('B',) > 0 update lands, done
            """),
        .init(
            "if_match", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > Outlook user: ('B',) > 0 update lands, done
            """),
        .init(
            "compare_and_set", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            LN user: ('A',) > LN reader sends ('A',) > intake LN ('A',) > 0 intends update Exchange ('B',) >
            0 update lands, done > Exchange reader sends ('B',) > intake Exchange ('B',) > 0 commits done >
            0 settles
            """),
        .init(
            "intent_before_update", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > 0 update lands, done > Outlook user: ('A',) >
            Exchange reader sends ('A',) > intake Exchange ('A',) > 0 commits done > 0 settles
            """),
        .init(
            "journal_before_write", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > Outlook user: ('C',) >
            Exchange reader sends ('C',) > intake Exchange ('C',) > 0 takes the row > 0 reads LN ('B',) >
            0 reads Exchange ('C',) > 0 intends update LN ('C',) > 0 update lands, done
            """),
        .init(
            "found_is_intent", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > 0 update lands, done > LN user: ('A',) > answer lost, or 0 crashes >
            the deadline passes > 0 takes the row > 0 reads LN ('A',) > 0 reads Exchange ('B',) >
            0 intends update LN ('B',) > 0 update lands, done
            """),
        .init(
            "doubt_is_journalled", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > Outlook user: ('C',) > request lost, or 0 crashes >
            the deadline passes > 0 takes the row > 0 reads LN ('B',) > 0 reads Exchange ('C',) >
            0 intends update LN ('C',) > 0 update lands, done
            """),
        .init(
            "observed_stays", .updates,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > 0 update lands, done > Outlook user: ('A',) >
            Exchange reader sends ('A',) > intake Exchange ('A',) > 0 commits done > 0 settles
            """),
        .init(
            "doubt_is_journalled", .updatesLNWins,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > 0 update lands, done > Outlook user: ('A',) >
            answer lost, or 0 crashes > the deadline passes > 0 takes the row > 0 reads LN ('B',) >
            0 reads Exchange ('A',) > 0 intends update Exchange ('B',) > 0 update lands, done
            """),
        .init(
            "found_is_intent", .twoFieldGroups,
            """
            LN user: ('B', 'A') > LN reader sends ('B', 'A') > intake LN ('B', 'A') > 0 takes the row >
            0 reads LN ('B', 'A') > 0 intends update Exchange ('B', None) > 0 update lands, done >
            LN user: ('A', 'A') > answer lost, or 0 crashes > the deadline passes > 0 takes the row >
            0 reads LN ('A', 'A') > 0 reads Exchange ('B', 'A') > 0 intends update LN ('B', None) >
            0 update lands, done
            """),
        .init(
            "own_base", .narrowerLN,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > Outlook user: ('Ax',) >
            Exchange reader sends ('Ax',) > intake Exchange ('Ax',) > 0 takes the row > 0 reads LN ('B',) >
            0 reads Exchange ('Ax',) > 0 intends update Exchange ('B',) > 0 update lands, done
            """),
        .init(
            "own_intent_only", .twoSettlers,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > 0 update lands, done > the deadline passes > 1 takes the row >
            1 reads LN ('B',) > Outlook user: ('A',) > 1 reads Exchange ('A',) > 1 intends update Exchange ('B',) >
            0 commits done > 0 takes the row > 0 reads Exchange ('A',) > 0 intends update LN ('A',) >
            0 update lands, done > 1 update lands, done
            """),
    ]

    private static let creations: [MeetingHistory] = [
        .init(
            "duplicate_gone_is_deletion", .bornInLN,
            """
            LN reader sends ('A',) > intake LN ('A',) > 0 takes the row > 0 reads LN ('A',) > 0 reads Exchange - >
            0 intends create Exchange ('A',) > 0 create lands, done > Outlook user: - > answer lost, or 0 crashes >
            the deadline passes > 0 takes the row > 0 reads LN ('A',) > 0 reads Exchange - >
            0 intends create Exchange ('A',) > 0 create lands, done
            """),
        .init(
            "repeat_same_content", .bornInLN,
            """
            LN reader sends ('A',) > intake LN ('A',) > 0 takes the row > 0 reads LN ('A',) > 0 reads Exchange - >
            0 intends create Exchange ('A',) > 0 create lands, done > LN user: ('B',) > Outlook user: - >
            answer lost, or 0 crashes > the deadline passes > 0 takes the row > 0 reads LN ('B',) >
            0 reads Exchange - > 0 intends create Exchange ('B',) > 0 create lands, done > 0 commits done >
            0 takes the row > 0 reads LN ('B',) > 0 reads Exchange - > 0 intends delete LN - > 0 delete lands, done
            """),
        .init(
            "next_generation", .bornInLN,
            """
            LN reader sends ('A',) > intake LN ('A',) > 0 takes the row > 0 reads LN ('A',) > 0 reads Exchange - >
            0 intends create Exchange ('A',) > 0 create lands, done > Exchange reader sends ('A',) > LN user: - >
            answer lost, or 0 crashes > the deadline passes > 0 takes the row > 0 reads LN - >
            0 reads Exchange ('A',) > 0 intends delete Exchange - > 0 delete lands, done > 0 commits done >
            intake Exchange ('A',) > 0 takes the row > LN user: ('A',) > 0 reads LN ('A',) > 0 reads Exchange - >
            0 intends create Exchange ('A',) > 0 create lands, done > 0 commits done > 0 takes the row >
            0 reads LN ('A',) > 0 reads Exchange - > 0 intends delete LN - > 0 delete lands, done
            """),
        .init(
            "removal_proven", .bornInExchange,
            """
            Exchange reader sends ('A',) > false @removed > intake Exchange - > intake Exchange ('A',)
            """),
        .init(
            "change_holds_end", .bornInExchange,
            """
            Exchange reader sends ('A',) > intake Exchange ('A',) > 0 takes the row > 0 reads LN - >
            0 reads Exchange ('A',) > 0 intends create LN ('A',) > 0 create lands, done > LN user: ('B',) >
            Outlook user: - > answer lost, or 0 crashes > the deadline passes > 0 takes the row >
            0 reads LN ('B',) > 0 reads Exchange - > 0 intends delete LN - > 0 delete lands, done
            """),
        .init(
            "wait_out_deadline", .twoSettlersBornInExchange,
            """
            Exchange reader sends ('A',) > intake Exchange ('A',) > 0 takes the row > 0 reads LN - >
            0 reads Exchange ('A',) > 0 intends create LN ('A',) > the deadline passes > 1 takes the row >
            1 reads LN - > 0 create lands, done > 1 reads Exchange ('A',) > 1 intends create LN ('A',) >
            1 create lands, done
            """),
    ]

    private static let endings: [MeetingHistory] = [
        .init(
            "decision_as_shown", .ends,
            """
            LN user: ('B',) > Outlook user: - > Exchange reader sends - > intake Exchange - > 0 takes the row >
            0 reads LN ('B',) > 0 reads Exchange - > 0 holds > decided: keep > 0 takes the row > LN user: ('A',) >
            0 reads LN ('A',) > 0 reads Exchange - > 0 intends create Exchange ('A',) > 0 create lands, done
            """),
        .init(
            "hold_stands", .twoSettlersEnds,
            """
            LN user: ('B',) > LN reader sends ('B',) > intake LN ('B',) > 0 takes the row > 0 reads LN ('B',) >
            0 intends update Exchange ('B',) > 0 update lands, done > the deadline passes > 1 takes the row >
            1 reads LN ('B',) > Outlook user: - > 1 reads Exchange - > 1 holds > 0 finds its intent taken over >
            0 takes the row > 0 reads LN ('B',) > 0 reads Exchange - > 0 intends create Exchange ('B',) >
            0 create lands, done
            """),
        .init(
            "doubtful_end_is_held", .twoSettlersEnds,
            """
            LN user: - > LN reader sends - > intake LN - > 0 takes the row > 0 reads LN - >
            0 reads Exchange ('A',) > 0 intends delete Exchange - > 0 delete lands, done > the deadline passes >
            1 takes the row > 1 reads LN - > Outlook user: ('A',) > 1 reads Exchange ('A',) >
            1 intends delete Exchange - > 1 delete lands, done
            """),
    ]

}
