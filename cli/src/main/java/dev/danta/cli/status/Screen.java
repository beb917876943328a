package dev.danta.cli.status;

import dev.danta.cli.status.Grid.Cell;
import dev.danta.wire.admin.AdminReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** An overview for people: at most 80 columns of plain ASCII, with colours where there are some. */
public final class Screen {
    static final int WIDTH = 80;

    /** Generations of the configuration are counted above these bits of its version. */
    private static final int GENERATION_SHIFT = 40;

    /** A generation is the recovery, and in the lowest bits the node that was recovered from. */
    private static final int RECOVERIES_SHIFT = GENERATION_SHIFT + 10;

    private final Overview overview;
    private final Ink ink;
    private final boolean everyShard;

    /** @param everyShard shards that are alike have a line each, too */
    public Screen(Overview overview, Ink ink, boolean everyShard) {
        this.overview = overview;
        this.ink = ink;
        this.everyShard = everyShard;
    }

    public List<String> lines() {
        List<String> lines = new ArrayList<>(head());
        lines.add("");
        lines.addAll(nodes());
        lines.add("");
        lines.addAll(shards());
        List<AdminReply.Running> changes = overview.changes();
        if (!changes.isEmpty()) {
            lines.add("");
            changes.forEach(change -> lines.addAll(change(change)));
        }
        lines.add("");
        lines.addAll(verdict());
        return lines;
    }

    private List<String> head() {
        AdminReply.Configuration configuration = overview.configuration();
        List<String> lines = new ArrayList<>();
        String what = Words.quantity(configuration.nodes().size(), "node", "nodes") + ", "
                + Words.quantity(configuration.shards().size(), "shard", "shards") + ", replication "
                + configuration.replication();
        String name = Words.cut(overview.cluster(), WIDTH - what.length() - "cluster , ".length());
        lines.add("cluster " + ink.in(Tone.TITLE, name) + ", " + what);
        lines.addAll(Words.wrapped(
                "configuration " + version(configuration.version()) + ", kept by "
                        + Words.nodes(configuration.voters())
                        + (configuration.leader() == 0
                                ? ", nobody is known to lead it"
                                : ", led by node " + configuration.leader()),
                WIDTH));
        return lines;
    }

    /** A configuration's number, and how often it was recovered if ever. */
    public static String version(long version) {
        long recoveries = version >> RECOVERIES_SHIFT;
        long counted = version & ((1L << GENERATION_SHIFT) - 1);
        return recoveries == 0 ? Words.count(counted) : Words.count(counted) + " after recovery " + recoveries;
    }

    private List<String> nodes() {
        Grid grid =
                new Grid(WIDTH, 1, "><>>>><", List.of("NODE", "ADDRESS", "SHARDS", "BEHIND", "HELD", "DISK", "STATE"));
        overview.nodes().keySet().forEach(node -> grid.add(row(node)));
        return grid.lines(ink);
    }

    private List<Cell> row(int node) {
        List<Overview.Placed> replicas = overview.replicasOf(node);
        boolean known = overview.status(node).isPresent();
        long behind = replicas.stream().mapToLong(Overview.Placed::behind).sum();
        long members = overview.configuration().shards().stream()
                .filter(shard -> shard.members().contains(node))
                .count();
        return List.of(
                Cell.of(String.valueOf(node)),
                Cell.of(overview.address(node)),
                Cell.of(Words.count(members)),
                new Cell(known ? Words.count(behind) : "?", behind == 0 ? Tone.PLAIN : Tone.ATTENTION),
                Cell.of(known ? Words.count(sum(replicas, Screen::heldBy)) : "?"),
                Cell.of(
                        known
                                ? Words.size(
                                        sum(replicas, placed -> placed.replica().diskBytes()))
                                : "?"),
                state(node));
    }

    private static long heldBy(Overview.Placed placed) {
        return placed.replica().held();
    }

    private interface Counted {
        long of(Overview.Placed placed);
    }

    private static long sum(List<Overview.Placed> replicas, Counted counted) {
        return replicas.stream().mapToLong(counted::of).sum();
    }

    private static long max(Stream<Overview.Placed> replicas, Counted counted) {
        return replicas.mapToLong(counted::of).max().orElse(0);
    }

    private Cell state(int node) {
        boolean leaving = overview.entry(node).map(AdminReply.Node::leaving).orElse(false);
        boolean lost = overview.entry(node).map(AdminReply.Node::lost).orElse(false);
        boolean draining = overview.entry(node).map(AdminReply.Node::draining).orElse(false);
        String purpose = (leaving ? ", leaving" : "") + (draining ? ", draining" : "");
        if (lost) {
            return new Cell("awaits a new disk" + purpose, Tone.ATTENTION);
        }
        if (overview.status(node).isEmpty()) {
            return new Cell("SILENT" + purpose, Tone.BAD);
        }
        if (overview.entry(node).isEmpty()) {
            return new Cell("up, no member", Tone.ATTENTION);
        }
        long uptime =
                overview.status(node).map(AdminReply.NodeStatus::uptimeMillis).orElse(0L);
        return new Cell("up " + Words.time(uptime) + purpose, purpose.isEmpty() ? Tone.GOOD : Tone.ATTENTION);
    }

    /** Shards that are alike. */
    private record Group(List<AdminReply.Shard> shards, Cell note) {
        boolean takes(AdminReply.Shard shard, Cell shardNote) {
            AdminReply.Shard mine = shards.get(0);
            return mine.epoch() == shard.epoch() && mine.members().equals(shard.members()) && note.equals(shardNote);
        }

        String numbers() {
            return String.join(
                    " ",
                    Words.ranges(shards.stream().map(AdminReply.Shard::shard).toList()).stream()
                            .map(Words.Range::toString)
                            .toList());
        }
    }

    private List<String> shards() {
        List<Group> groups = new ArrayList<>();
        for (AdminReply.Shard shard : overview.configuration().shards()) {
            Cell note = note(shard);
            groups.stream()
                    .filter(group -> !everyShard && group.takes(shard, note))
                    .findFirst()
                    .orElseGet(() -> opened(groups, note))
                    .shards()
                    .add(shard);
        }
        Grid grid = new Grid(
                WIDTH, 0, "<><>>><", List.of("SHARDS", "EPOCH", "MEMBERS", "HELD", "UNDECIDED", "RECORDS", "STATE"));
        groups.forEach(group -> grid.add(row(group)));
        return grid.lines(ink);
    }

    private static Group opened(List<Group> groups, Cell note) {
        Group group = new Group(new ArrayList<>(), note);
        groups.add(group);
        return group;
    }

    private List<Cell> row(Group group) {
        AdminReply.Shard first = group.shards().get(0);
        boolean known = group.shards().stream()
                .noneMatch(shard -> overview.replicas(shard.shard()).isEmpty());
        return List.of(
                Cell.of(group.numbers()),
                Cell.of(Words.count(first.epoch())),
                Cell.of(Words.list(first.members())),
                Cell.of(known ? counted(group, Screen::heldBy) : "?"),
                Cell.of(known ? counted(group, placed -> placed.replica().undecided()) : "?"),
                Cell.of(known ? counted(group, placed -> placed.replica().records()) : "?"),
                group.note());
    }

    /** The same transaction is held, and the same record kept, by all replicas of its shard. */
    private String counted(Group group, Counted counted) {
        return Words.count(group.shards().stream()
                .mapToLong(shard -> max(overview.replicas(shard.shard()).stream(), counted))
                .sum());
    }

    private Cell note(AdminReply.Shard shard) {
        if (!shard.next().isEmpty()) {
            return new Cell("becoming " + Words.list(shard.next()), Tone.ATTENTION);
        }
        if (overview.isStuck(shard)) {
            return new Cell(
                    "STUCK, " + overview.serving(shard) + " of "
                            + shard.members().size() + " serve",
                    Tone.BAD);
        }
        if (!shard.awaited().isEmpty()) {
            return new Cell("awaits " + Words.nodes(shard.awaited()), Tone.ATTENTION);
        }
        if (!shard.wanted().equals(shard.members())) {
            return new Cell("will become " + Words.list(shard.wanted()), Tone.ATTENTION);
        }
        if (!overview.silentMembers(shard).isEmpty()) {
            return new Cell("without " + Words.list(overview.silentMembers(shard)), Tone.ATTENTION);
        }
        List<Integer> behind = overview.replicas(shard.shard()).stream()
                .filter(placed -> placed.behind() > 0)
                .map(Overview.Placed::node)
                .toList();
        if (!shard.settled()) {
            return new Cell("finishing", Tone.ATTENTION);
        }
        return behind.isEmpty() ? new Cell("ok", Tone.GOOD) : new Cell(Words.list(behind) + " behind", Tone.ATTENTION);
    }

    private List<String> change(AdminReply.Running change) {
        List<Integer> members = overview.configuration().shards().stream()
                .filter(shard -> shard.shard() == change.shard())
                .findFirst()
                .map(AdminReply.Shard::members)
                .orElse(List.of());
        List<String> lines = new ArrayList<>();
        boolean isActive = change.next().isEmpty() || change.next().equals(members);
        lines.add("shard " + change.shard() + ": " + Words.list(members)
                + (isActive
                        ? ""
                        : " -> " + Words.list(change.next()) + ", epoch " + change.epoch() + " -> "
                                + (change.epoch() + 1))
                + ", for " + Words.time(change.millis()) + (change.tries() > 1 ? ", try " + change.tries() : ""));
        lines.add("  " + ink.in(Tone.ATTENTION, change.phase()) + progress(change));
        if (!change.trouble().isEmpty()) {
            Words.wrapped("last trouble: " + change.trouble(), WIDTH - 2).forEach(line -> lines.add("  " + line));
        }
        return lines;
    }

    /** How far a change is, beginning with a blank; nothing if there is nothing to count. */
    public static String progress(AdminReply.Running change) {
        if (change.done() == 0 && change.of() == 0) {
            return "";
        }
        if (change.of() == 0) {
            return " " + Words.count(change.done()) + " " + change.unit();
        }
        return String.format(
                Locale.ROOT,
                " %s of %s %s (%d %%)",
                Words.count(change.done()),
                Words.count(change.of()),
                change.unit(),
                Math.min(100, 100 * change.done() / change.of()));
    }

    private List<String> verdict() {
        List<String> troubles = overview.troubles();
        List<String> lines = new ArrayList<>();
        for (String trouble : troubles) {
            List<String> wrapped = Words.wrapped(trouble, WIDTH - 2);
            for (int i = 0; i < wrapped.size(); i++) {
                lines.add((i == 0 ? ink.in(Tone.BAD, "!") + " " : "  ") + wrapped.get(i));
            }
        }
        if (troubles.isEmpty()) {
            lines.add(
                    overview.isSettled()
                            ? ink.in(Tone.GOOD, "all is well")
                            : ink.in(
                                    Tone.ATTENTION, "the configuration and the shards are not yet as they are wanted"));
        }
        return lines;
    }
}
