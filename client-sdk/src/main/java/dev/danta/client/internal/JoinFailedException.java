package dev.danta.client.internal;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** No node greeted in time, or one refused for good. */
public final class JoinFailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final NodeLinks.Trouble trouble;
    private final transient Map<String, String> causes;

    JoinFailedException(NodeLinks.Trouble trouble, Map<String, String> causes) {
        super(trouble + ": " + causes);
        this.trouble = trouble;
        this.causes = Collections.unmodifiableMap(new TreeMap<>(causes));
    }

    public NodeLinks.Trouble trouble() {
        return trouble;
    }

    /** By address. */
    public Map<String, String> causes() {
        return causes;
    }
}
