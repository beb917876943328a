package dev.danta.sim.workload;

/** What one session does, one operation at a time. */
public interface Script {
    /** Does one operation, and says when it is over. */
    void next(Runnable done);
}
