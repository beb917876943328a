package dev.danta.txn.client;

/** A call on a bounded counter that has not been answered yet. */
record CounterOp(long call, ClientCall what) {
    boolean isReserved() {
        return what instanceof ClientCall.Spend spend && spend.manner() == SpendManner.RESERVED;
    }

    /** Whether it is spent of a lax allotment, if there is one with enough. */
    boolean isLax() {
        return what instanceof ClientCall.Spend spend && spend.manner().isLax();
    }

    /** Whether own lax allotments are closed for it. */
    boolean wantsLaxClosed() {
        return what instanceof ClientCall.GiveBack;
    }

    /** Whether own allotments that are not lax are closed for it whatever they have left. */
    boolean wantsAllClosed() {
        return what instanceof ClientCall.GiveBack || (what instanceof ClientCall.ReadCounter read && read.exact());
    }

    /** 0 if it spends nothing. */
    long amount() {
        return what instanceof ClientCall.Spend spend ? spend.amount() : 0;
    }
}
