// The module SyncStore.
