// The module SyncModel.
