"""Resolution (主体识别): identity is a judgement."""
