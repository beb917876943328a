package dev.danta.client.internal;

import java.util.Map;
import java.util.TreeMap;

/** No node has answered a question about the cluster in time. */
public final class NobodyAnsweredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final TreeMap<String, String> causes;

    NobodyAnsweredException(Map<String, String> causes) {
        super("no node of the cluster answered", null, false, false);
        this.causes = new TreeMap<>(causes);
    }

    /** What was wrong with each node, by its address. */
    public Map<String, String> causes() {
        return causes;
    }
}
