package dev.danta.check.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values, each so many times, that never change: adding gives another bag, which shares most of itself with the first.
 *
 * <p>A search tree by value, and a heap by a hash of the value (C. Aragon, R. Seidel, Randomized search trees, 1989), so
 * that equal bags have equal shapes whatever was added in whatever order. Adding and taking away cost the logarithm of the
 * number of different values.
 */
public final class Bag {
    /** The bag without values. */
    public static final Bag EMPTY = new Bag(null);

    /** About what one different value takes. */
    private static final long NODE_BYTES = 64;

    private final @Nullable Node root;

    private Bag(@Nullable Node root) {
        this.root = root;
    }

    private static final class Node {
        private final String value;
        private final int priority;
        private final int count;
        private final @Nullable Node left;
        private final @Nullable Node right;
        /** Of all below and here. */
        private final int size;

        private final int hash;

        Node(String value, int count, @Nullable Node left, @Nullable Node right) {
            this.value = value;
            this.priority = mixed(value.hashCode());
            this.count = count;
            this.left = left;
            this.right = right;
            this.size = Math.addExact(count, Math.addExact(sizeOf(left), sizeOf(right)));
            this.hash = priority * count + hashOf(left) + hashOf(right);
        }

        Node with(@Nullable Node newLeft, @Nullable Node newRight) {
            return newLeft == left && newRight == right ? this : new Node(value, count, newLeft, newRight);
        }

        /** Whether this one stands above the other. */
        boolean above(Node other) {
            return priority > other.priority || (priority == other.priority && value.compareTo(other.value) > 0);
        }
    }

    private static int mixed(int hash) {
        int mixed = (hash ^ (hash >>> 16)) * 0x7feb352d;
        mixed = (mixed ^ (mixed >>> 15)) * 0x846ca68b;
        return mixed ^ (mixed >>> 16);
    }

    private static int sizeOf(@Nullable Node node) {
        return node == null ? 0 : node.size;
    }

    private static int hashOf(@Nullable Node node) {
        return node == null ? 0 : node.hash;
    }

    /** A bag of these values. */
    public static Bag of(Iterable<String> values) {
        Bag bag = EMPTY;
        for (String value : values) {
            bag = bag.with(value);
        }
        return bag;
    }

    /** How many values there are. */
    public int size() {
        return sizeOf(root);
    }

    /** How often this value is there. */
    public int count(String value) {
        Node node = root;
        while (node != null) {
            int order = value.compareTo(node.value);
            if (order == 0) {
                return node.count;
            }
            node = order < 0 ? node.left : node.right;
        }
        return 0;
    }

    /** The same with the value once more. */
    public Bag with(String value) {
        return new Bag(with(root, value));
    }

    private static Node with(@Nullable Node node, String value) {
        if (node == null) {
            return new Node(value, 1, null, null);
        }
        int order = value.compareTo(node.value);
        if (order == 0) {
            return new Node(value, node.count + 1, node.left, node.right);
        }
        if (order < 0) {
            Node left = with(node.left, value);
            return left.above(node)
                    ? left.with(left.left, node.with(left.right, node.right))
                    : node.with(left, node.right);
        }
        Node right = with(node.right, value);
        return right.above(node)
                ? right.with(node.with(node.left, right.left), right.right)
                : node.with(node.left, right);
    }

    /** The same with the value once less, or unchanged if it is not there. */
    public Bag without(String value) {
        return count(value) == 0 ? this : new Bag(without(root, value));
    }

    private static @Nullable Node without(@Nullable Node node, String value) {
        if (node == null) {
            return null;
        }
        int order = value.compareTo(node.value);
        if (order < 0) {
            return node.with(without(node.left, value), node.right);
        }
        if (order > 0) {
            return node.with(node.left, without(node.right, value));
        }
        return node.count > 1 ? new Node(value, node.count - 1, node.left, node.right) : joined(node.left, node.right);
    }

    private static @Nullable Node joined(@Nullable Node left, @Nullable Node right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left.above(right)
                ? left.with(left.left, joined(left.right, right))
                : right.with(joined(left, right.left), right.right);
    }

    /** The values in their order, at most {@code max}. */
    public List<String> values(int max) {
        List<String> values = new ArrayList<>(Math.min(max, size()));
        collect(root, values, max);
        return values;
    }

    private static void collect(@Nullable Node node, List<String> into, int max) {
        if (node == null || into.size() >= max) {
            return;
        }
        collect(node.left, into, max);
        for (int i = 0; i < node.count && into.size() < max; i++) {
            into.add(node.value);
        }
        collect(node.right, into, max);
    }

    /** What one more such bag takes in memory beside those it was made from. */
    long bytes() {
        return 64 + NODE_BYTES * (Integer.SIZE - Integer.numberOfLeadingZeros(size()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bag bag && same(root, bag.root);
    }

    private static boolean same(@Nullable Node one, @Nullable Node other) {
        if (one == other) {
            return true;
        }
        return one != null
                && other != null
                && one.hash == other.hash
                && one.size == other.size
                && one.count == other.count
                && one.value.equals(other.value)
                && same(one.left, other.left)
                && same(one.right, other.right);
    }

    @Override
    public int hashCode() {
        return hashOf(root);
    }

    /** The first values. */
    @Override
    public String toString() {
        return Words.list(values(Words.VALUES_MAX + 1), size(), "{", "}");
    }
}
