package dev.danta.cli.cluster;

import java.nio.file.Path;
import java.util.List;

/** Writes the settings file of one node of a cluster on this machine. */
final class NodeFile {
    private NodeFile() {}

    /**
     * The text of the file.
     *
     * @param addresses of all nodes, in order
     * @param node which of them, from 1 on
     */
    static String text(List<String> addresses, int node, Path dataFolder) {
        StringBuilder text = new StringBuilder();
        text.append("[cluster]\nid = ").append(quoted("on " + addresses.get(0))).append("\n\n");
        for (int i = 0; i < addresses.size(); i++) {
            text.append("[[cluster.member]]\nnode = ").append(i + 1);
            text.append("\naddress = ").append(quoted(addresses.get(i))).append("\n\n");
        }
        text.append("[node]\nid = ").append(node);
        text.append("\nlisten = ").append(quoted(addresses.get(node - 1)));
        text.append("\ndata-dir = ").append(quoted(dataFolder.toString())).append('\n');
        return text.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
