package dev.danta.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Places values between two coordinates.
 *
 * @param min the value at {@code from}
 * @param max the value at {@code to}, above {@code min}
 * @param from coordinate
 * @param to coordinate, which may be the smaller one
 * @param logarithmic equal ratios take equal space; then {@code min} is positive
 */
record Axis(double min, double max, double from, double to, boolean logarithmic) {
    Axis {
        if (!(max > min) || (logarithmic && min <= 0)) {
            throw new IllegalArgumentException("no axis runs from " + min + " to " + max);
        }
    }

    static Axis linear(double min, double max, double from, double to) {
        return new Axis(min, max, from, to, false);
    }

    static Axis logarithmic(double min, double max, double from, double to) {
        return new Axis(min, max, from, to, true);
    }

    /** The coordinate of a value; values outside are put on the nearer end. */
    double at(double value) {
        double inside = Math.min(max, Math.max(min, value));
        double share = logarithmic
                ? (Math.log(inside) - Math.log(min)) / (Math.log(max) - Math.log(min))
                : (inside - min) / (max - min);
        return from + share * (to - from);
    }

    /** Round values within the axis: about {@code wanted} of them, or the powers of ten. */
    List<Double> ticks(int wanted) {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (int power = (int) Math.ceil(Math.log10(min) - 1e-9);
                    Math.pow(10, power) <= max * (1 + 1e-9);
                    power++) {
                ticks.add(Math.pow(10, power));
            }
            return ticks;
        }
        double step = roundStep((max - min) / wanted);
        for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** The next 1, 2 or 5 times a power of ten. */
    private static double roundStep(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (double digit : new double[] {1, 2, 5}) {
            if (digit * power >= atLeast * (1 - 1e-9)) {
                return digit * power;
            }
        }
        return 10 * power;
    }
}
