package dev.danta.txn.client;

/** A call on a bounded counter that has not been answered yet. */
record CounterOp(long call, ClientCall what) {
    boolean isReserved() {
        return what instanceof ClientCall.Spend spend && spend.manner() == SpendManner.RESERVED;
    }

    /** Whether own allotments are closed for it whatever they have left. */
    boolean wantsAllClosed() {
        return what instanceof ClientCall.GiveBack || (what instanceof ClientCall.ReadCounter read && read.exact());
    }

    /** 0 if it spends nothing. */
    long amount() {
        return what instanceof ClientCall.Spend spend ? spend.amount() : 0;
    }
}
