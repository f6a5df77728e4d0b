# The dashboard; with another command also the scheduler and the workers of its cluster (compose.yaml).
FROM python:3.11-slim

# 1000 is also the user that a Hugging Face Space runs as.
RUN useradd --create-home --uid 1000 digits
WORKDIR /home/digits/app

# The same TensorFlow without what it needs for GPUs: half the download, two thirds unpacked; for x86-64 only.
COPY requirements.txt requirements-postgresql.txt requirements-cluster.txt requirements-login.txt ./
RUN if [ "$(uname -m)" = x86_64 ]; then sed -i 's/^tensorflow==/tensorflow-cpu==/' requirements.txt; fi
RUN pip install --no-cache-dir -r requirements.txt -r requirements-cluster.txt -r requirements-login.txt

COPY app.py ./
COPY .streamlit .streamlit
COPY assets assets
COPY core core
COPY pages pages
# Compiled here, since its user may not write beside it: else each start, and each worker's, would do it again.
RUN python -m compileall -q app.py core pages
# Some hosts run it as a user of their own choosing, whose group is root's.
RUN mkdir data ../var && chown digits:root .. ../var && chmod 775 .. ../var

USER digits
ENV HOME=/home/digits DIGITS_HOME=/home/digits/var PYTHONUNBUFFERED=1
VOLUME /home/digits/var
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health')"]
CMD ["streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0", "--server.headless=true"]
