extension Mix {
    /// All that may happen to calendars, the rarer the worse it is.
    static let calendar = Mix(
        weights: [
            .createActivity: 70, .editActivity: 150, .endActivity: 25, .bringBackActivity: 12, .changeAttendees: 15,
            .changeOrganizer: 5, .switchActivity: 8, .switchActivities: 3,
            .createEvent: 80, .editEvent: 160, .endEvent: 30, .bringBackEvent: 8, .copyEvent: 6, .answer: 15,
            .outside: 20, .twin: 15, .endMany: 3, .touchEvents: 10, .forgetDeltas: 6,
            .switchUser: 12, .expireTokens: 6, .refuse: 12, .breakMailbox: 3, .pause: 4, .pull: 20, .decideHolds: 25,
            .restoreStore: 3, .crash: 50, .stall: 25, .loseAssignment: 20, .brokerDown: 12, .newLog: 6,
            .unreadableRecord: 5, .wait: 160,
        ], isCalendar: true)
}
