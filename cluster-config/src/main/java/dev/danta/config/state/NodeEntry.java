package dev.danta.config.state;

import java.util.regex.Pattern;

/**
 * What is agreed of a node.
 *
 * @param address where clients and other nodes reach it, host:port
 * @param configAddress where the configuration's group reaches it, host:port
 * @param incarnation of its folder, drawn when that was new
 * @param starts how many starts of its process on this folder have been answered
 * @param life of the last of them, so that the same start may ask twice
 * @param draining whether clients should go elsewhere, for it is about to be stopped
 */
public record NodeEntry(
        String address,
        String configAddress,
        long incarnation,
        long starts,
        long life,
        Standing standing,
        boolean draining) {
    private static final int ADDRESS_CHARS_MAX = 300;
    private static final Pattern ADDRESS = Pattern.compile("\\S+:[0-9]{1,5}");

    /** Whether a node is to stay. */
    public enum Standing {
        MEMBER,
        /** It gives its replicas away, and is forgotten then. */
        LEAVING
    }

    public NodeEntry {
        requireAddresses(address, configAddress);
        if (starts < 1) {
            throw new IllegalArgumentException("a folder's starts are counted from 1: " + starts);
        }
    }

    /** One that has just come. */
    public static NodeEntry coming(String address, String configAddress, NodeIdentity disk) {
        return new NodeEntry(
                address, configAddress, disk.incarnation(), disk.starts(), disk.life(), Standing.MEMBER, false);
    }

    static void requireAddresses(String address, String configAddress) {
        requireAddress(address);
        requireAddress(configAddress);
        if (address.equals(configAddress)) {
            throw new IllegalArgumentException("a node has two different addresses, not " + address + " twice");
        }
    }

    private static void requireAddress(String address) {
        if (address.length() > ADDRESS_CHARS_MAX || !ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("an address is host:port, not '" + address + "'");
        }
    }

    /** What it last said of its folder. */
    public NodeIdentity identity() {
        return new NodeIdentity(incarnation, starts, life);
    }

    public boolean isLeaving() {
        return standing == Standing.LEAVING;
    }

    NodeEntry withIdentity(NodeIdentity identity) {
        return new NodeEntry(
                address, configAddress, identity.incarnation(), identity.starts(), identity.life(), standing, draining);
    }

    NodeEntry withAddresses(String newAddress, String newConfigAddress) {
        return new NodeEntry(newAddress, newConfigAddress, incarnation, starts, life, standing, draining);
    }

    NodeEntry withStanding(Standing now) {
        return new NodeEntry(address, configAddress, incarnation, starts, life, now, draining);
    }

    NodeEntry withDraining(boolean now) {
        return new NodeEntry(address, configAddress, incarnation, starts, life, standing, now);
    }
}
