package dev.danta.wire;

/**
 * Where something listens.
 *
 * @param host a name or an address; an IPv6 address without its brackets
 * @param port 0 to 65535; 0 means "any free one" to who listens
 */
public record HostAndPort(String host, int port) {
    private static final int HOST_CHARS_MAX = 255;

    public HostAndPort {
        if (host.isBlank() || host.length() > HOST_CHARS_MAX) {
            throw new IllegalArgumentException("a host has 1 to " + HOST_CHARS_MAX + " characters: '" + host + "'");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is between 0 and 65535, not " + port);
        }
    }

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || colon == text.length() - 1) {
            throw new IllegalArgumentException("an address is HOST:PORT, this is not: '" + text + "'");
        }
        return new HostAndPort(hostOf(text, text.substring(0, colon)), portOf(text, text.substring(colon + 1)));
    }

    private static String hostOf(String text, String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("an IPv6 address stands in brackets, as [::1]:7400: '" + text + "'");
        }
        return bracketed ? host.substring(1, host.length() - 1) : host;
    }

    private static int portOf(String text, String digits) {
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), 10);
            if (digit < 0 || i == 5) {
                throw new IllegalArgumentException("an address is HOST:PORT, this is not: '" + text + "'");
            }
            port = port * 10 + digit;
        }
        return port;
    }

    /** What {@link #parse} reads. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
