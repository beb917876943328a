package dev.danta.archfixture.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Iterates in an order of the day. */
@SuppressWarnings("all")
public final class Unordered {
    private Unordered() {}

    static Object hashMap() {
        return new HashMap<>();
    }

    static Object hashSet() {
        return new HashSet<>();
    }

    static Supplier<Object> constructorReference() {
        return HashMap::new;
    }

    static Supplier<Object> inLambda() {
        return () -> new HashSet<>();
    }

    static Object hashtable() {
        return new Hashtable<>();
    }

    static Object identityHashMap() {
        return new IdentityHashMap<>();
    }

    static Object weakHashMap() {
        return new WeakHashMap<>();
    }

    static void arrayOf(HashMap<?, ?>[] maps) {}

    static Object setOf() {
        return Set.of("a", "b");
    }

    static Object setCopy(List<String> list) {
        return Set.copyOf(list);
    }

    static Function<List<String>, Object> methodReference() {
        return Set::copyOf;
    }

    static Object mapOf() {
        return Map.of("a", 1);
    }

    static Object mapOfEntries() {
        return Map.ofEntries();
    }

    static Object mapCopy(Map<String, String> map) {
        return Map.copyOf(map);
    }

    static Object collectedSet(List<String> list) {
        return list.stream().collect(Collectors.toSet());
    }

    static Object collectedUnmodifiableSet(List<String> list) {
        return list.stream().collect(Collectors.toUnmodifiableSet());
    }

    static Object collectedUnmodifiableMap(List<String> list) {
        return list.stream().collect(Collectors.toUnmodifiableMap(x -> x, x -> x));
    }

    static Object collectedMap(List<String> list) {
        return list.stream().collect(Collectors.toMap(x -> x, x -> x));
    }

    static Object mergedMap(List<String> list) {
        return list.stream().collect(Collectors.toMap(x -> x, x -> x, (x, y) -> x));
    }

    static Object grouped(List<String> list) {
        return list.stream().collect(Collectors.groupingBy(x -> x));
    }

    static Object groupedAndCounted(List<String> list) {
        return list.stream().collect(Collectors.groupingBy(x -> x, Collectors.counting()));
    }
}
