package dev.danta.archfixture.core;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Throws dice. */
@SuppressWarnings("all")
public final class Randomness {
    private Randomness() {}

    static void random(Random random) {}

    static void splittable(SplittableRandom random) {}

    static void secure(SecureRandom random) {}

    static void generator(RandomGenerator random) {}

    static double math() {
        return Math.random();
    }

    static double strictMath() {
        return StrictMath.random();
    }

    static UUID uuid() {
        return UUID.randomUUID();
    }

    static void shuffle(List<String> list) {
        Collections.shuffle(list);
    }
}
