package dev.danta.sim.net;

/**
 * What happens to a batch of messages on its way, as probabilities.
 *
 * @param loss it never arrives
 * @param duplication it arrives twice, each time after a delay of its own
 * @param reordering it may be overtaken by later ones
 * @param scattering its messages travel one by one, each with its own fate
 * @param lateness it arrives seconds later, when nobody expects it any more
 */
public record Weather(double loss, double duplication, double reordering, double scattering, double lateness) {
    /** Everything arrives, once and in order. */
    public static final Weather FAIR = new Weather(0, 0, 0, 0, 0);

    public Weather {
        if (!isProbability(loss)
                || !isProbability(duplication)
                || !isProbability(reordering)
                || !isProbability(scattering)
                || !isProbability(lateness)) {
            throw new IllegalArgumentException("probabilities lie between 0 and 1");
        }
    }

    private static boolean isProbability(double number) {
        return number >= 0 && number <= 1;
    }
}
