import ExchangeSandbox
import HTTPTypes
import LNSandbox
import SyncStore

extension Run {
    /// A store is restored while no program runs, and that takes longer than a write may be under way: an intent's lifetime and a
    /// request's way.
    private static let restoration: Duration = .seconds(90)

    func take(_ step: Step, _ world: World, _ crew: Crew) throws {
        switch step {
        case .edit(let contact): world.ln.edit(contact: contact)
        case .switchSynchronize(let contact): world.ln.switchMember("Synchronize", .contacts, LNSide.code(contact))
        case .switchActive(let contact): world.ln.switchMember("Active", .contacts, LNSide.code(contact))
        case .delete(let contact): world.ln.delete(contact: contact)
        case .create: world.ln.create()
        case .switchUser(let user): world.ln.switchMember("Active", .syncUsers, LNSide.user(user))
        case .switchContacts: world.ln.switchMember("SynchronizeContacts", .comParameters, "")
        case .withdrawAll(let user, let seconds):
            world.ln.withdrawAll(for: .seconds(seconds), world.time)
            world.ln.switchMember("Active", .syncUsers, LNSide.user(user))
        case .touch(let user): world.exchange.touchItems(of: LNSide.address(user))
        case .expireTokens:
            world.ln.expireTokens()
            world.exchange.expireTokens()
        case .editInOutlook(let user): try world.did(world.exchange.edit(in: LNSide.address(user)))
        case .deleteInOutlook(let user, let forGood):
            try world.did(world.exchange.delete(in: LNSide.address(user), forGood: forGood))
        case .copyInOutlook(let user): try world.did(world.exchange.copy(in: LNSide.address(user)))
        case .deleteFolderInOutlook(let user, let forGood):
            if world.exchange.deleteFolder(in: LNSide.address(user), forGood: forGood) {
                world.folderVanished(of: LNSide.address(user))
            }
        case .moveInOutlook(let user): try world.did(world.exchange.move(in: LNSide.address(user)))
        case .refuse(let user, let refusal, let count):
            world.exchange.refuse(LNSide.address(user), refusal, count: count)
        case .breakMailbox(let user, let isUnlicensed, let seconds):
            world.exchange.setKind(isUnlicensed ? .unlicensed : .outOfScope, of: LNSide.address(user))
            guard let seconds else { return }
            world.time.schedule(after: .seconds(seconds)) {
                world.exchange.setKind(.usable, of: LNSide.address(user))
            }
        case .pause(let user, let seconds): try pause(user, .seconds(seconds), world)
        case .pull(let full): world.hint(full: full)
        case .calendar(let step): CalendarUsers(world: world).take(step)
        case .decideHolds(let approve): try world.decideHolds(approve ? .approved : .discarded)
        case .restoreStore(let steps):
            crew.crashAll(downFor: Self.restoration)
            try world.restoreStore(backupsAgo: steps)
        case .crash(let process, let seconds): crew.crash(process, downFor: .seconds(seconds))
        case .stall(let process, let seconds): crew.stall(process, for: .seconds(seconds))
        case .loseAssignment(let process): crew.loseAssignment(process)
        case .brokerDown(let seconds):
            world.cluster.setDown(true)
            world.time.schedule(after: .seconds(seconds)) { world.cluster.setDown(false) }
        case .newLog(let isGrown, let isSameCluster):
            let isSameCluster = try isSameCluster && world.hasWitnesses()
            world.cluster.replaceLog(isGrown: isGrown, isSameCluster: isSameCluster)
            world.oblivion.newLog(at: world.time.uptime)
        case .unreadableRecord(let user): world.sendUnreadableRecord(for: user)
        case .wait(let seconds): crew.pass(.seconds(seconds))
        }
    }

    private func pause(_ user: Int, _ duration: Duration, _ world: World) throws {
        @Sendable func switchUser() { world.ln.switchMember("Active", .syncUsers, LNSide.user(user)) }
        try world.pauseUser(LNSide.user(user))
        switchUser()
        world.time.schedule(after: duration * 2 / 3) { switchUser() }
        world.time.schedule(after: duration) {
            do {
                try world.endPauses(of: LNSide.user(user))
            } catch {
                world.trace.note("user \(user) can't be resumed: \(error)")
            }
        }
    }
}

extension ExchangeSide {
    fileprivate func refuse(_ address: String, _ refusal: Step.Refusal, count: Int) {
        switch refusal {
        case .token: refuse(address, count: count, status: 401, code: "InvalidAuthenticationToken")
        case .mailbox: refuse(address, count: count, status: 403, code: "ErrorAccessDenied")
        case .folder: refuse(address, count: count, status: 404, code: "ErrorFolderNotFound", method: .post)
        case .gateway: refuse(address, count: count, status: 404, code: "UnknownError")
        }
    }
}
