package dev.danta.sim;

/**
 * How often whoever looks after the members of a simulated cluster changes them for no reason, and how badly its drivers
 * fare. It looks after each shard a few times in a second.
 *
 * @param changes the chance, at each look at a shard that is whole, that its members are changed
 * @param resizes the share of those changes that make a shard larger or smaller; the others put one node in place of another
 * @param deaths the chance that a driver dies before its work is done
 * @param rivals the chance that another driver takes one for dead that is not
 * @param copies the chance, at each look while everything is whole, that a copy of a node's disks is made, or put back once
 *     others can know that it is old; beside those that come now and then in any case
 */
public record Unrest(double changes, double resizes, double deaths, double rivals, double copies) {
    /** What happens in a usual run whose members change but do not become more or fewer. */
    public static final Unrest USUAL = new Unrest(0.05, 0, 0.4, 0.3);

    /** In a usual run in which they do. */
    public static final Unrest RESIZING = new Unrest(0.15, 0.6, 0.4, 0.3);

    public Unrest {
        for (double chance : new double[] {changes, resizes, deaths, rivals, copies}) {
            if (!(chance >= 0 && chance <= 1)) {
                throw new IllegalArgumentException("not a probability: " + chance);
            }
        }
    }

    Unrest withChangesAtLeast(double least) {
        return new Unrest(Math.max(changes, least), resizes, deaths, rivals, copies);
    }

    /** With old copies of disks put back now and then only. */
    public Unrest(double changes, double resizes, double deaths, double rivals) {
        this(changes, resizes, deaths, rivals, 0);
    }
}
