package dev.danta.wire;

import dev.danta.ir.id.Bytes;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Requests and replies of the administration, of every kind and all sizes, from a seed. */
public final class AdminGenerator {
    private final SplittableRandom random;

    public AdminGenerator(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public AdminRequest request() {
        return switch (random.nextInt(11)) {
            case 0 -> new AdminRequest.Status(flag());
            case 1 -> new AdminRequest.Create(text(), random.nextInt(0, 300), node());
            case 2 -> new AdminRequest.Join(some(this::text));
            case 3 -> new AdminRequest.Add(node(), text());
            case 4 -> new AdminRequest.Remove(node(), flag(), flag());
            case 5 -> new AdminRequest.Replace(node(), flag());
            case 6 -> new AdminRequest.MoveShard(shard(), node(), node(), flag());
            case 7 -> new AdminRequest.Drain(node(), flag());
            case 8 -> new AdminRequest.Configuration();
            case 9 -> new AdminRequest.Declare(text(), text(), text());
            default -> new AdminRequest.Ask(bytes());
        };
    }

    public AdminReply reply() {
        return switch (random.nextInt(7)) {
            case 0 -> new AdminReply.Done(text(), count());
            case 1 -> new AdminReply.Plan(some(() -> new AdminReply.Move(shard(), nodes(), nodes())));
            case 2 -> new AdminReply.Refused(one(AdminReply.Refused.Kind.values()), text());
            case 3 -> new AdminReply.Known(bytes());
            case 4 -> new AdminReply.Answered(bytes());
            case 5 -> new AdminReply.Declared(text(), some(this::text));
            default -> status();
        };
    }

    public AdminReply.NodeStatus status() {
        return new AdminReply.NodeStatus(
                node(),
                random.nextLong(),
                text(),
                text(),
                count(),
                configuration(),
                some(this::replica),
                some(this::running),
                text());
    }

    private AdminReply.Configuration configuration() {
        return new AdminReply.Configuration(
                count(),
                flag(),
                random.nextInt(9),
                nodes(),
                random.nextInt(6),
                some(this::member),
                some(this::ofShard));
    }

    private AdminReply.Node member() {
        return new AdminReply.Node(node(), text(), text(), random.nextLong(), flag(), flag(), flag());
    }

    private AdminReply.Shard ofShard() {
        return new AdminReply.Shard(shard(), count(), nodes(), nodes(), nodes(), count(), flag(), nodes());
    }

    private AdminReply.Replica replica() {
        return new AdminReply.Replica(
                shard(),
                count(),
                one(AdminReply.Standing.values()),
                count(),
                some(() -> new AdminReply.Pulled(node(), count())),
                count(),
                count(),
                count(),
                count(),
                text());
    }

    private AdminReply.Running running() {
        return new AdminReply.Running(
                shard(), count(), nodes(), text(), count(), count(), text(), count(), random.nextInt(100), text());
    }

    private <T> List<T> some(Supplier<T> make) {
        return Stream.generate(make).limit(random.nextInt(4)).toList();
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private List<Integer> nodes() {
        return IntStream.range(0, random.nextInt(6)).mapToObj(i -> node()).toList();
    }

    private int node() {
        return random.nextInt(1, 1000);
    }

    private int shard() {
        return random.nextInt(256);
    }

    private long count() {
        return random.nextBoolean() ? random.nextInt(3) : random.nextLong(Long.MAX_VALUE);
    }

    private boolean flag() {
        return random.nextBoolean();
    }

    private String text() {
        return "x".repeat(random.nextInt(10)) + random.nextInt(100);
    }

    private Bytes bytes() {
        byte[] content = new byte[random.nextInt(100)];
        random.nextBytes(content);
        return Bytes.wrap(content);
    }
}
