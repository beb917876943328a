package dev.danta.node.storage;

/** What a commit has done when it returns. */
public enum Durability {
    /** It is on the disk: it survives the machine's power. */
    SYNC,
    /**
     * It is with the operating system: it survives the process, however that ends, and is lost with the machine. A replica
     * whose machine has restarted since does not vote again (protocol.md 9).
     */
    NOSYNC
}
