package dev.danta.cli.demo;

/** Ends and starts the nodes of the cluster that the demo runs on. Numbers are from 0. */
public interface NodeSwitch {
    /** How many there are. */
    int nodes();

    /** What people call this one. */
    String name(int node);

    /** Ends it without warning. */
    void kill(int node);

    /** Starts it again on what its disk holds; returns when it serves. */
    void restart(int node);
}
