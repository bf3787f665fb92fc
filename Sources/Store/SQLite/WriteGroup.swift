/// One caller's transaction, for the writer.
struct WriteJob: Sendable {
    /// What a run in a transaction led to; `deliver` tells the caller once it is durable.
    struct Result: Sendable {
        let isCommit: Bool
        let deliver: @Sendable () -> Void
    }

    /// How many rows it writes, about.
    let rows: Int
    /// May be run again: only the last run's outcome is kept.
    let run: @Sendable (Connection) throws(SQLiteError) -> Result
    let fail: @Sendable (SQLiteError) -> Void
}

/// Transactions of several callers that become durable together, by one write to the disk. None sees another fail.
struct WriteGroup {
    let jobs: [WriteJob]

    init(_ jobs: [WriteJob]) {
        self.jobs = jobs
    }

    /// Runs all, and tells every caller the outcome. Blocks.
    func run(on connection: Connection) {
        var outcomes: [Result<WriteJob.Result, SQLiteError>] = []
        do throws(SQLiteError) {
            try connection.transaction { () throws(SQLiteError) in
                outcomes = []
                for job in jobs { outcomes.append(try outcome(of: job, on: connection)) }
                return TransactionEnd.commit(())
            }
        } catch {
            if jobs.count == 1 || error.code == .busy {
                for job in jobs { job.fail(error) }
            } else {
                // One of them, or all together, filled the disk: each by itself.
                for job in jobs { WriteGroup([job]).run(on: connection) }
            }
            return
        }
        for (job, outcome) in zip(jobs, outcomes) {
            switch outcome {
            case .success(let result): result.deliver()
            case .failure(let error): job.fail(error)
            }
        }
    }

    /// - Throws: where the transaction of all is over.
    private func outcome(
        of job: WriteJob, on connection: Connection
    ) throws(SQLiteError) -> Result<WriteJob.Result, SQLiteError> {
        do throws(SQLiteError) {
            let end = try connection.part { () throws(SQLiteError) in
                let result = try job.run(connection)
                return result.isCommit ? TransactionEnd.commit(result) : .rollback(result)
            }
            return .success(end.value)
        } catch {
            guard connection.isInTransaction else { throw error }
            return .failure(error)
        }
    }
}
