"""Answers of the server, as the openai package reads them.

OPENAI_BASE_URL and OPENAI_API_KEY say where the server is, as for every program with this package.
"""

import enum
import json
import unittest

import openai
import pydantic

MODEL = "smollm2"
QUESTION = [{"role": "user", "content": "What is the capital of France?"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather of a town.",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"town": {"type": "string", "maxLength": 20}},
            "required": ["town"],
            "additionalProperties": False,
        },
    },
}

client = openai.OpenAI(max_retries=0)


def chat(**more):
    request = {"model": MODEL, "messages": QUESTION, "temperature": 0, "max_completion_tokens": 32}
    return client.chat.completions.create(**{**request, **more})


def text(answer, choice=0):
    return answer.choices[choice].message.content


class Size(str, enum.Enum):
    SMALL = "small"
    LARGE = "large"


class Town(pydantic.BaseModel):
    name: str = pydantic.Field(max_length=20)
    size: Size
    inhabitants: int = pydantic.Field(ge=1, le=10_000_000)


class Chats(unittest.TestCase):
    def test_a_chat_is_answered(self):
        answer = chat()
        self.assertIn("Paris", text(answer))
        self.assertEqual(answer.model, MODEL)
        self.assertEqual(answer.object, "chat.completion")
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        usage = answer.usage
        self.assertEqual(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
        self.assertGreaterEqual(usage.prompt_tokens_details.cached_tokens, 0)

    def test_content_in_parts_is_taken(self):
        parts = [{"type": "text", "text": QUESTION[0]["content"]}]
        answer = chat(messages=[{"role": "user", "content": parts}])
        self.assertEqual(text(answer), text(chat()))

    def test_a_stream_is_the_same_answer_and_ends_with_the_usage(self):
        whole = chat()
        chunks = list(chat(stream=True, stream_options={"include_usage": True}))
        self.assertGreater(len(chunks), 4)
        said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
        self.assertEqual(said, text(whole))
        self.assertEqual(chunks[0].choices[0].delta.role, "assistant")
        self.assertEqual(chunks[-1].choices, [])
        self.assertEqual(chunks[-1].usage.completion_tokens, whole.usage.completion_tokens)

    def test_the_streaming_helper_gathers_the_answer(self):
        request = {"model": MODEL, "messages": QUESTION, "temperature": 0}
        with client.chat.completions.stream(max_completion_tokens=32, **request) as stream:
            said = "".join(event.delta for event in stream if event.type == "content.delta")
            final = stream.get_final_completion()
        self.assertEqual(text(final), said)
        self.assertEqual(said, text(chat()))

    def test_a_stream_may_be_left(self):
        with chat(stream=True, max_completion_tokens=1500) as stream:
            next(iter(stream))
        self.assertIn("Paris", text(chat()))

    def test_several_choices_are_drawn_and_a_seed_repeats_them(self):
        def drawn(seed):
            answer = chat(
                n=3, seed=seed, temperature=1.2, top_p=0.95, max_completion_tokens=12,
                presence_penalty=0.3, frequency_penalty=0.3)
            self.assertEqual([c.index for c in answer.choices], [0, 1, 2])
            return [c.message.content for c in answer.choices]

        first = drawn(11)
        self.assertGreater(len(set(first)), 1)
        self.assertEqual(drawn(11), first)
        self.assertNotEqual(drawn(12), first)

    def test_a_stop_string_ends_the_text_before_it(self):
        before = text(chat()).split("Paris")[0]
        self.assertEqual(text(chat(stop="Paris")), before)
        self.assertEqual(text(chat(stop=["Lyon", "Paris"])), before)

    def test_logprobs_come_with_their_alternatives(self):
        answer = chat(logprobs=True, top_logprobs=3)
        tokens = answer.choices[0].logprobs.content
        self.assertTrue("".join(t.token for t in tokens).startswith(text(answer)))
        for token in tokens:
            self.assertEqual(len(token.top_logprobs), 3)
            self.assertEqual(token.top_logprobs[0].logprob, token.logprob)
            self.assertLessEqual(token.logprob, 0)

    def test_our_own_fields_pass(self):
        answer = chat(extra_body={"quest": {"attention": "dense", "trace": True}})
        self.assertEqual(answer.quest["attention"], "dense")
        self.assertTrue(answer.choices[0].quest_trace["tokens"])


class Forms(unittest.TestCase):
    def test_a_schema_is_held_to(self):
        schema = {"name": "town", "strict": True, "schema": Town.model_json_schema()}
        answer = chat(
            response_format={"type": "json_schema", "json_schema": schema},
            max_completion_tokens=200)
        Town.model_validate_json(text(answer))

    def test_an_answer_is_an_object_of_the_class_asked_for(self):
        request = {"model": MODEL, "messages": QUESTION, "temperature": 0}
        answer = client.chat.completions.parse(
            response_format=Town, max_completion_tokens=200, **request)
        self.assertIsInstance(answer.choices[0].message.parsed, Town)

    def test_a_json_object_is_one(self):
        answer = chat(response_format={"type": "json_object"}, max_completion_tokens=200)
        self.assertIsInstance(json.loads(text(answer)), dict)

    def call(self, choice):
        self.assertEqual(choice.finish_reason, "tool_calls")
        self.assertIsNone(choice.message.content)
        (call,) = choice.message.tool_calls
        self.assertEqual(call.function.name, "weather")
        self.assertEqual(list(json.loads(call.function.arguments)), ["town"])
        return call

    def test_a_tool_is_called_and_its_result_taken(self):
        named = {"type": "function", "function": {"name": "weather"}}
        asked = [{"role": "user", "content": "How is the weather in Paris?"}]
        answer = chat(messages=asked, tools=[WEATHER], tool_choice=named, max_completion_tokens=100)
        call = self.call(answer.choices[0])
        result = {"role": "tool", "tool_call_id": call.id, "content": "sunny, 21 degrees"}
        told = [*asked, answer.choices[0].message, result]
        last = chat(messages=told, tools=[WEATHER], tool_choice="none")
        self.assertTrue(text(last).strip())

    def test_calls_are_streamed(self):
        request = {"model": MODEL, "messages": QUESTION, "temperature": 0}
        with client.chat.completions.stream(
            tools=[WEATHER], tool_choice="required", max_completion_tokens=100, **request
        ) as stream:
            final = stream.get_final_completion()
        self.call(final.choices[0])


class Completions(unittest.TestCase):
    def complete(self, **more):
        request = {"model": MODEL, "prompt": "The capital of France is", "temperature": 0}
        return client.completions.create(**{**request, "max_tokens": 6, **more})

    def test_a_text_is_continued(self):
        answer = self.complete(logprobs=2)
        self.assertIn("Paris", answer.choices[0].text)
        self.assertEqual("".join(answer.choices[0].logprobs.tokens), answer.choices[0].text)
        self.assertEqual(answer.usage.completion_tokens, 6)

    def test_several_texts_are_continued(self):
        answer = self.complete(prompt=["The capital of France is", "One, two, three,"])
        self.assertIn("four", answer.choices[1].text)

    def test_it_is_streamed(self):
        said = "".join(chunk.choices[0].text for chunk in self.complete(stream=True))
        self.assertEqual(said, self.complete().choices[0].text)

    def test_the_model_is_listed(self):
        (model,) = client.models.list()
        self.assertEqual(model.id, MODEL)
        self.assertEqual(client.models.retrieve(MODEL), model)


class Errors(unittest.TestCase):
    def test_a_wrong_model_is_not_found(self):
        with self.assertRaises(openai.NotFoundError) as raised:
            chat(model="gpt-4o")
        self.assertEqual(raised.exception.code, "model_not_found")
        with self.assertRaises(openai.NotFoundError):
            client.models.retrieve("gpt-4o")

    def test_a_wrong_value_names_its_field(self):
        with self.assertRaises(openai.BadRequestError) as raised:
            chat(top_p=1.5)
        self.assertEqual(raised.exception.param, "top_p")
        self.assertEqual(raised.exception.type, "invalid_request_error")
        with self.assertRaises(openai.BadRequestError) as raised:
            chat(temperature=-1, stream=True)
        self.assertEqual(raised.exception.param, "temperature")

    def test_a_wrong_key_opens_nothing(self):
        with self.assertRaises(openai.AuthenticationError) as raised:
            client.with_options(api_key="another-key").models.list()
        self.assertEqual(raised.exception.code, "invalid_api_key")


class Asynchronous(unittest.IsolatedAsyncioTestCase):
    async def test_a_stream_is_read(self):
        async with openai.AsyncOpenAI(max_retries=0) as other:
            stream = await other.chat.completions.create(
                model=MODEL, messages=QUESTION, temperature=0, max_completion_tokens=32, stream=True)
            said = [chunk.choices[0].delta.content or "" async for chunk in stream]
        self.assertEqual("".join(said), text(chat()))


if __name__ == "__main__":
    unittest.main()
