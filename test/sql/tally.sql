-- Text forms, errors and plans of tally
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- the most frequent first, ties in the order of their bytes; keys as JSON strings
SELECT tally(key) FROM unnest(ARRAY['b', 'a', 'é', 'b', 'a', 'Z', '消费者', 'a', '', '😀']) AS key;
SELECT tally(key) FROM unnest(ARRAY['"', '\', E'\n\t', E'\u0001', '/', '}/1:1:0', '''']) AS key;
SELECT tally(key, 2) FROM unnest(ARRAY['a', 'b', 'a']) AS key;

-- read back, in any order, with any JSON escape and with space between
SELECT '{}'::tally;
SELECT ' { "b" : 1 , "a" : 7 } '::tally;
SELECT '{"\u0041\u4e2d\ud83d\ude00\/":1,"\n\"\\":2}'::tally;
SELECT '{"a":9223372036854775807}'::tally;
SELECT '{"b":3,"a":9}/3:12:0'::tally;
SELECT '{"a":9,"b":7} / 2 : 30 : 3 '::tally;
SELECT '{}/5:0:0'::tally;
SELECT '{}/1:2:1'::tally;

-- what is no tally
SELECT ''::tally;
SELECT '{'::tally;
SELECT '[]'::tally;
SELECT '{"a"}'::tally;
SELECT '{"a":1,}'::tally;
SELECT '{"a":1 "b":2}'::tally;
SELECT '{"a":"1"}'::tally;
SELECT '{"a":{}}'::tally;
SELECT '{"a":null}'::tally;
SELECT '{"a":0}'::tally;
SELECT '{"a":-1}'::tally;
SELECT '{"a":1.0}'::tally;
SELECT '{"a":1e3}'::tally;
SELECT '{"a":9223372036854775808}'::tally;
SELECT '{"a":9223372036854775807,"b":1}'::tally;
SELECT '{"a":1,"\u0061":2}'::tally;
SELECT '{"a":1}x'::tally;
SELECT '{"a":1}3:1:0'::tally;
SELECT '{"a":1}/'::tally;
SELECT '{"a":1}/1'::tally;
SELECT '{"a":1}/0:1:0'::tally;
SELECT '{"a":1}/2147483648:1:0'::tally;
SELECT '{"a":1,"b":1}/1:2:0'::tally;
SELECT '{"a":1}/5:2:0'::tally;
SELECT '{"a":3}/5:2:0'::tally;
SELECT '{"a":3}/5:9:3'::tally;
SELECT '{"a":4}/5:9:2'::tally;
SELECT '{"a":4}/5:3:1'::tally;
-- rows that cannot be counted
SELECT tally(repeat('消费', 171));
SELECT tally('a', 0);
SELECT tally('a', -3);
SELECT tally('a', NULL);
SELECT tally('a', capacity) FROM unnest('{3,4}'::int[]) AS capacity;

-- states that do not go together
SELECT merge('{"a":1}', '{"a":1}/5:1:0'::tally);
SELECT merge('{"a":1}/4:1:0', '{"a":1}/5:1:0'::tally);
SELECT merge('{"a":9223372036854775807}', '{"b":1}'::tally);
SELECT unmerge('{"a":1,"b":1}', '{"b":2}'::tally);
SELECT unmerge('{"a":1}', '{"c":1}'::tally);
SELECT unmerge('{"a":1}/5:1:0', '{"a":1}/5:1:0'::tally);
SELECT unmerge('{"a":2}', '{"a":1}/5:1:0'::tally);

-- answers
SELECT top.* FROM top('{"a":2,"b":5,"c":2,"d":1}', 3);
SELECT * FROM at_least('{"a":2,"b":5,"c":2,"d":1}', 2);
SELECT * FROM top('{"a":9,"b":7}/2:30:3', 5);
SELECT total(t), distinct_keys(t), frequency(t, 'b'), frequency(t, 'x'), max_error(t), is_exact(t), share(t, 1), hhi(t)
FROM unnest('{"{\"a\":2,\"b\":6}","{\"a\":9,\"b\":7}/2:30:3","{}"}'::tally[]) AS t;
SELECT * FROM top('{}', -1);
SELECT share('{"a":1}', -1);
