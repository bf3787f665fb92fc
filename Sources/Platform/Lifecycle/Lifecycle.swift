// The module Lifecycle.
