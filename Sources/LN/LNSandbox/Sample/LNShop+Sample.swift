extension LNShop {
    /// A made-up shop: a Japanese manufacturer with branches in the West, its customers, and the users whose mailboxes are kept in
    /// step. All e-mail addresses are under `.example`, all telephone numbers made up. The same seed
    /// gives the same shop.
    ///
    /// Of the contacts 8 % have *Synchronize* off, 3 % are inactive, 4 % opted out, 2 % have a country and 2 % a language without
    /// ISO code, 3 % no e-mail address. Half of the activities lie before Monday 2 March 2026 (see `shiftActivities`).
    public static func generate(
        seed: UInt64, contacts: Int = 500, activeUsers: Int = 20, inactiveUsers: Int = 5, activities: Int = 200
    ) -> LNShop {
        var maker = SampleMaker(seed: seed)
        maker.addCodes()
        maker.addUsers(active: activeUsers, inactive: inactiveUsers)
        maker.addPartners(max(12, contacts / 6))
        maker.addContacts(contacts)
        maker.addActivities(activities)
        return maker.shop
    }
}
