package dev.danta.client;

import dev.danta.txn.counter.CounterBounds;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bound that the counters of a {@link BoundedCounter} keep on one side, and what they are at first. It is the same for all
 * of a collection, and for good: the cluster keeps it with the collection's name, and a client that names another is refused
 * with a {@link ModeMismatchException}. The bound of one counter among them is changed by {@link BoundedCounter#bounds(Key, Bounds)}. Immutable; two that say the same are equal.
 *
 * <p>A counter is guarded on one side. Towards the other it is free: stock, a balance, a budget have a floor ({@link #atLeast}),
 * seats taken and slots in use have a ceiling ({@link #atMost}).
 */
public final class Bounds {
    /** What the cluster keeps of it begins so. */
    static final String TYPE = "bounded";

    private final boolean floor;
    private final long bound;
    private final long initial;
    private final long allowance;

    private Bounds(boolean floor, long bound, long initial, long allowance) {
        this.floor = floor;
        this.bound = bound;
        this.initial = initial;
        this.allowance = allowance;
        if (floor ? initial < bound : initial > bound) {
            throw new IllegalArgumentException("a counter that is " + side() + " does not begin with " + initial);
        }
        if (allowance < 0) {
            throw new IllegalArgumentException("an allowance is not negative: " + allowance);
        }
        initialRoom();
    }

    /**
     * What is spent lowers the counter, and never below {@code floor}; what is gained raises it. It begins with 0, or with the
     * floor if that is higher.
     */
    public static Bounds atLeast(long floor) {
        return new Bounds(true, floor, Math.max(0, floor), 0);
    }

    /**
     * The mirror image: what is spent, which is to say taken up, raises the counter, and never above {@code ceiling}; what is
     * gained, which is to say released, lowers it. It begins with 0, or with the ceiling if that is lower.
     */
    public static Bounds atMost(long ceiling) {
        return new Bounds(false, ceiling, Math.min(0, ceiling), 0);
    }

    /**
     * What each counter is before anybody has gained or spent.
     *
     * @throws IllegalArgumentException if that is beyond the bound, or further from it than a long can say
     */
    public Bounds initially(long value) {
        return new Bounds(floor, bound, value, allowance);
    }

    /**
     * How far beyond the bound those spends may go that name the allowance ({@link Spend#intoAllowance}): an overdraft, orders
     * for what is not there yet. 0 unless it is said.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Bounds allowance(long newAllowance) {
        return new Bounds(floor, bound, initial, newAllowance);
    }

    /** How the machine knows it: by what may be spent, whatever the side. */
    CounterBounds room() {
        return new CounterBounds(initialRoom(), allowance);
    }

    private long initialRoom() {
        try {
            return floor ? Math.subtractExact(initial, bound) : Math.subtractExact(bound, initial);
        } catch (ArithmeticException far) {
            throw new IllegalArgumentException("from " + initial + " to a bound of " + bound + " is too far", far);
        }
    }

    /**
     * What the counter is of which so much may be spent.
     *
     * @param shift how far its own bound is from this one, in the direction that makes room
     * @throws ArithmeticException if it does not fit a long
     */
    long valueAt(long room, long shift) {
        long unshifted = Math.subtractExact(room, shift);
        return floor ? Math.addExact(bound, unshifted) : Math.subtractExact(bound, unshifted);
    }

    /**
     * How far {@code other} is from this bound, in the direction that makes room.
     *
     * @throws IllegalArgumentException if it is on the other side, or further than a long can say
     */
    long shiftTo(Bounds other) {
        if (other.floor != floor) {
            throw new IllegalArgumentException(
                    "a counter that is " + side() + " does not become one that is " + other.side());
        }
        try {
            return floor ? Math.subtractExact(bound, other.bound) : Math.subtractExact(other.bound, bound);
        } catch (ArithmeticException far) {
            throw new IllegalArgumentException("from " + side() + " to " + other.side() + " is too far", far);
        }
    }

    /** How far the allowance goes. */
    long allowance() {
        return allowance;
    }

    /** What the cluster keeps of it. */
    String type() {
        return TYPE + " " + inShort();
    }

    private String inShort() {
        return (floor ? "floor=" : "ceiling=") + bound + " initial=" + initial + " allowance=" + allowance;
    }

    private String side() {
        return (floor ? "at least " : "at most ") + bound;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bounds that && type().equals(that.type());
    }

    @Override
    public int hashCode() {
        return Objects.hash(floor, bound, initial, allowance);
    }

    @Override
    public String toString() {
        return side() + ", " + initial + " at first" + (allowance == 0 ? "" : ", with an allowance of " + allowance);
    }
}
