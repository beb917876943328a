package dev.danta.txn.client;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Timer;
import dev.danta.txn.coordinator.ShardRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings what every replica must have (decisions, relaxed updates) to each of them: repeated until that very replica has
 * acknowledged, in order of their making, with a window per replica so that one that comes back is not flooded
 * (protocol.md 4.3: Commit is repeated in the background).
 */
final class Spreader {
    private final int window;
    private final long resendMinNanos;
    private final long resendMaxNanos;
    private final Map<Target, Lane> lanes = new TreeMap<>();
    private long bytes;
    private int unacknowledged;

    /** One replica of one shard. */
    record Target(ShardId shard, ReplicaId replica) implements Timer, Comparable<Target> {
        @Override
        public int compareTo(Target other) {
            int order = shard.compareTo(other.shard);
            return order != 0 ? order : replica.compareTo(other.replica);
        }
    }

    /** What has to be sent now, and for which targets the timer is to be armed, after how long. */
    record Upshot(List<ShardRequest> requests, Map<Target, Long> timers) {}

    private static final class Lane {
        private final Map<Object, Item> inFlight = new LinkedHashMap<>();
        private final Map<Object, Item> waiting = new LinkedHashMap<>();
        private long resendNanos;
        private boolean timerIsArmed;
    }

    private static final class Item {
        private final IrMessage.Request request;
        private final int size;
        private long sentAtNanos;

        Item(IrMessage.Request request, int size) {
            this.request = request;
            this.size = size;
        }
    }

    Spreader(ClientSettings settings) {
        this.window = settings.spreadWindow();
        this.resendMinNanos = settings.resendMinNanos();
        this.resendMaxNanos = settings.resendMaxNanos();
    }

    /** Bytes, about, that wait for acknowledgements. */
    long bytes() {
        return bytes;
    }

    /** How many acknowledgements are missing. */
    int unacknowledged() {
        return unacknowledged;
    }

    /** Takes on {@code requests}; {@code id} is what acknowledgements will name. */
    Upshot add(Object id, List<ShardRequest> requests, int sizeEach, long nowNanos) {
        Upshot upshot = new Upshot(new ArrayList<>(), new LinkedHashMap<>());
        for (ShardRequest request : requests) {
            Target target = new Target(request.shard(), request.to());
            Lane lane = lanes.computeIfAbsent(target, t -> new Lane());
            take(lane, id, request.request(), sizeEach);
            fill(target, lane, nowNanos, upshot);
        }
        return upshot;
    }

    private void take(Lane lane, Object id, IrMessage.Request request, int size) {
        if (!lane.inFlight.containsKey(id) && !lane.waiting.containsKey(id)) {
            lane.waiting.put(id, new Item(request, size));
            bytes += size;
            unacknowledged++;
        }
    }

    /**
     * The members of a shard have changed: whatever some replica of it has not acknowledged goes to the new ones, and to
     * those that stay once more, since in the epoch before nobody took it any more. Those that left are owed nothing.
     */
    Upshot onMoved(Membership now, long nowNanos) {
        Upshot upshot = new Upshot(new ArrayList<>(), new LinkedHashMap<>());
        Map<Object, Item> owed = new LinkedHashMap<>();
        for (Map.Entry<Target, Lane> entry : List.copyOf(lanes.entrySet())) {
            Target target = entry.getKey();
            Lane lane = entry.getValue();
            if (target.shard().equals(now.shard())) {
                lane.inFlight.forEach(owed::putIfAbsent);
                lane.waiting.forEach(owed::putIfAbsent);
                if (!now.hasMember(target.replica())) {
                    lane.inFlight.values().forEach(this::drop);
                    lane.waiting.values().forEach(this::drop);
                    lanes.remove(target);
                }
            }
        }
        for (ReplicaId replica : now.members()) {
            Target target = new Target(now.shard(), replica);
            Lane lane = lanes.get(target);
            if (lane == null && !owed.isEmpty()) {
                Lane opened = new Lane();
                lanes.put(target, opened);
                owed.forEach((id, item) -> take(opened, id, item.request, item.size));
                fill(target, opened, nowNanos, upshot);
            } else if (lane != null) {
                sendAgain(target, lane, nowNanos, upshot);
            }
        }
        return upshot;
    }

    private void drop(Item item) {
        bytes -= item.size;
        unacknowledged--;
    }

    private void sendAgain(Target target, Lane lane, long nowNanos, Upshot upshot) {
        lane.resendNanos = resendMinNanos;
        for (Item item : lane.inFlight.values()) {
            item.sentAtNanos = nowNanos;
            upshot.requests.add(new ShardRequest(target.shard(), target.replica(), item.request));
        }
        fill(target, lane, nowNanos, upshot);
    }

    /** The replica has it, or will never take it. */
    Upshot onAcknowledged(Target target, Object id, long nowNanos) {
        Upshot upshot = new Upshot(new ArrayList<>(), new LinkedHashMap<>());
        Lane lane = lanes.get(target);
        if (lane == null) {
            return upshot;
        }
        Item item = lane.inFlight.remove(id);
        if (item == null) {
            item = lane.waiting.remove(id);
        }
        if (item != null) {
            drop(item);
            lane.resendNanos = resendMinNanos;
            fill(target, lane, nowNanos, upshot);
        }
        return upshot;
    }

    /** The timer of {@code target}: what has been unacknowledged for long is sent again, ever more slowly. */
    Upshot onTimer(Target target, long nowNanos) {
        Upshot upshot = new Upshot(new ArrayList<>(), new LinkedHashMap<>());
        Lane lane = lanes.get(target);
        if (lane == null) {
            return upshot;
        }
        lane.timerIsArmed = false;
        boolean overdue = false;
        for (Item item : lane.inFlight.values()) {
            if (nowNanos - item.sentAtNanos >= lane.resendNanos) {
                overdue = true;
                item.sentAtNanos = nowNanos;
                upshot.requests.add(new ShardRequest(target.shard(), target.replica(), item.request));
            }
        }
        if (overdue) {
            lane.resendNanos = Math.min(2 * lane.resendNanos, resendMaxNanos);
        }
        fill(target, lane, nowNanos, upshot);
        return upshot;
    }

    /** The replica can be reached again: everything in its windows is sent again at once. */
    Upshot onConnected(ReplicaId replica, long nowNanos) {
        Upshot upshot = new Upshot(new ArrayList<>(), new LinkedHashMap<>());
        lanes.forEach((target, lane) -> {
            if (target.replica().equals(replica)) {
                sendAgain(target, lane, nowNanos, upshot);
            }
        });
        return upshot;
    }

    private void fill(Target target, Lane lane, long nowNanos, Upshot upshot) {
        if (lane.resendNanos == 0) {
            lane.resendNanos = resendMinNanos;
        }
        var waiting = lane.waiting.entrySet().iterator();
        while (lane.inFlight.size() < window && waiting.hasNext()) {
            Map.Entry<Object, Item> next = waiting.next();
            Item item = next.getValue();
            item.sentAtNanos = nowNanos;
            lane.inFlight.put(next.getKey(), item);
            waiting.remove();
            upshot.requests.add(new ShardRequest(target.shard(), target.replica(), item.request));
        }
        if (!lane.inFlight.isEmpty() && !lane.timerIsArmed) {
            lane.timerIsArmed = true;
            upshot.timers.put(target, lane.resendNanos);
        }
    }
}
