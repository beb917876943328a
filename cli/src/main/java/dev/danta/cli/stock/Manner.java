package dev.danta.cli.stock;

import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Spend;
import dev.danta.client.SpendRule;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import java.time.Duration;

/** How a unit is sold. */
public enum Manner {
    /** The stock is a value: read, and written back less one, in a strict transaction. */
    PLAIN {
        @Override
        Stall open(DantaClient client) {
            Space space = client.space(SPACE);
            Table<Long> stock = space.table("plain", Codecs.LONG, Mode.STRICT);
            return new Stall() {
                @Override
                public void supply(Key article, long units, Duration within) {
                    space.execute(Tx.options().deadline(within), tx -> tx.put(stock, article, units));
                }

                @Override
                public boolean sell(Key article, Duration within) {
                    return space.<Boolean, RuntimeException>run(Tx.options().deadline(within), tx -> {
                        long left = tx.get(stock, article).orElse(0L);
                        if (left > 0) {
                            tx.put(stock, article, left - 1);
                        }
                        return left > 0;
                    });
                }

                @Override
                public long left(Key article, Duration within) {
                    return space.<Long, RuntimeException>read(
                            Tx.options().deadline(within),
                            tx -> tx.get(stock, article).orElse(0L));
                }
            };
        }
    },
    /** A bounded counter, of which every spend is strict; those that wait in one client go together. */
    COMBINED {
        @Override
        Stall open(DantaClient client) {
            return counter(client, SpendRule.STRICT);
        }
    },
    /** A bounded counter, of which clients hold allotments. */
    RESERVED {
        @Override
        Stall open(DantaClient client) {
            return counter(client, SpendRule.RESERVED);
        }
    };

    private static final String SPACE = "bench-stock";

    /** Where units are sold, by one client. Thread-safe. */
    interface Stall {
        /** There are so many, of an article that is new. */
        void supply(Key article, long units, Duration within);

        /** Sells one; false if there is none. */
        boolean sell(Key article, Duration within);

        /** How many there are. */
        long left(Key article, Duration within);
    }

    abstract Stall open(DantaClient client);

    private static Stall counter(DantaClient client, SpendRule rule) {
        BoundedCounter stock = client.space(SPACE).boundedCounter("counter", Bounds.atLeast(0));
        return new Stall() {
            @Override
            public void supply(Key article, long units, Duration within) {
                stock.gain(article, units);
            }

            @Override
            public boolean sell(Key article, Duration within) {
                return stock.spend(article, 1, Spend.with(rule).deadline(within))
                        .isAccepted();
            }

            @Override
            public long left(Key article, Duration within) {
                return stock.value(article);
            }
        };
    }
}
