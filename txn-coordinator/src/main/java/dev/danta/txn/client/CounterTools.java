package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;

/** What every bounded counter of a client works with. */
record CounterTools(
        ClientId self,
        CounterRules rules,
        Updates updates,
        Reads reads,
        StrictReads strictReads,
        Transactions transactions,
        Horizon horizon,
        RetryPolicy retries) {}
